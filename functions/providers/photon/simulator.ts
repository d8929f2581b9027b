import type { Asked, SimulatedAnswer } from "../../simulator/asked.ts";
import { serveApi } from "../../simulator/server.ts";
import type { SimulatorOptions } from "../../simulator/simulator.ts";

// https://photon-commerce.gitbook.io/photon-commerce-api/async-api-webhook

interface Document {
	photon_key: string;
	ID?: string;
	state: "processing" | "done" | "deleted";
	data?: object;
}

/** What GET /api/v4/json answers: today's envelope, the array of older pages, or the data alone. */
export type Shape = "envelope" | "array" | "bare";

const credentials = {
	clientId: "simulated-client",
	username: "simulated-user",
	apiKey: "simulated-key",
	password: "simulated-password",
	secretKey: "simulated-secret",
};

export default function openSimulator(options: SimulatorOptions = {}) {
	const account = { ...credentials, ...options.credentials };
	const documents = new Map<string, Document>();
	let shape: Shape = "envelope";

	function known(photon_key: string): Document {
		const document = documents.get(photon_key);
		if (!document) throw new Error(`No document ${photon_key}.`);
		return document;
	}

	return serveApi(
		({ clock, post }) => ({
			settings: (url) => ({ apiUrl: url, ...account }),
			facts: () => [...documents.values()],
			answer(asked) {
				const json = asked.method === "GET" && asked.path === "/api/v4/json";
				const webhook = asked.method === "POST" && asked.path === "/webhook";
				if (!json && !webhook) return refusal(404, "Not found");
				if (!knows(account, asked))
					return refusal(
						401,
						"Authentication failed. Please check your credentials",
					);
				// stricter than anything documented: some hosts refuse a POST that does not say how long it is
				if (webhook && asked.headers["content-length"] !== "0")
					return refusal(411, "Length required");
				const key = asked.query.get("photon_key");
				if (!key) return refusal(403, "Photon Key missing");
				const document = documents.get(key);
				// what an unknown key is answered with is not documented; 403 stands for several things
				if (!document) return refusal(403, "Photon Key invalid");
				return answerOf(document, json ? shape : "envelope");
			},
			acts: {
				/** A document goes in; its key comes out. */
				submit(input: { photon_key?: string; ID?: string } = {}) {
					const { photon_key = keyAt(clock(), documents.size), ID } = input;
					documents.set(photon_key, { photon_key, ID, state: "processing" });
					return { photon_key, message: "success", status: "success" };
				},
				/** Its processing ends; the callback tells, with no key in it if `by` is "ID". */
				async finish(input: {
					photon_key: string;
					data?: object;
					by?: "photon_key" | "ID";
				}) {
					const document = known(input.photon_key);
					document.state = "done";
					document.data = {
						...extracted(clock()),
						...input.data,
						photon_key: document.photon_key,
					};
					const { photon_key: _, ...keyless } = document.data as Record<
						string,
						unknown
					>;
					// the callback's body is not documented: the envelope, with the reference that is "echoed in the body"
					await post({
						body: {
							data: input.by === "ID" ? keyless : document.data,
							message: "success",
							status: "success",
							...(document.ID !== undefined && { ID: document.ID }),
						},
					});
				},
				/** The file is deleted, as Photon does after a while. */
				remove(input: { photon_key: string }) {
					known(input.photon_key).state = "deleted";
				},
				answerAs(input: { shape: Shape }) {
					shape = input.shape;
				},
			},
			examples: {
				submit: { photon_key: "data/app/one.json", ID: "order-1" },
				finish: { photon_key: "data/app/one.json" },
				remove: { photon_key: "data/app/one.json" },
				answerAs: { shape: "array" },
			},
		}),
		options,
	);
}

function knows(account: typeof credentials, { headers }: Asked): boolean {
	return (
		headers["client-id"] === account.clientId &&
		headers.authorization === `apikey ${account.username}:${account.apiKey}` &&
		headers.password === account.password &&
		headers["secret-key"] === account.secretKey
	);
}

function answerOf({ state, data }: Document, shape: Shape): SimulatedAnswer {
	if (state === "deleted")
		return refusal(
			404,
			"Unable to retrieve file. It was deleted on 2026-07-01",
		);
	if (state === "processing")
		return {
			body: {
				message: "The document you submitted is being processed.",
				status: "success",
			},
		};
	if (shape === "array") return { body: [data] };
	if (shape === "bare") return { body: data };
	return { body: { data, message: "success", status: "success" } };
}

function refusal(status: number, message: string): SimulatedAnswer {
	return { status, body: { message, status: "error" } };
}

/** As in the samples: the account's address, the day and the time in the key. */
function keyAt(now: Date, number: number): string {
	const [day, time] = now.toISOString().split(/[T.]/);
	return `data/johndoe@example.com/${day}/${time?.replaceAll(":", "-")}_Invoice ${number}.json`;
}

function extracted(now: Date) {
	return {
		Total: 1871.8,
		Balance_Due: 1871.8,
		Date: "2021-03-08",
		Invoice_Number: "1030",
		Account_Number: "",
		Created: now.toISOString().slice(0, 19).replace("T", " "),
		Currency_Code: "USD",
		Pages: "1",
		Is_Duplicate: 0,
		Tax_Lines: [],
		Line_Items: [{ Line: 1, SKU: "", QTY: 26.74, Price: 70.0, Amount: 1871.8 }],
		Vendor_Name: "Eins",
		Document_Type: "Invoice",
	};
}
