import * as z from "zod";
import { expectShape } from "../../asking/shape.ts";
import type { Poll } from "../../polling/poll.ts";
import { Processed, processed } from "./events.ts";

const settings = z.object({
	/** for the sandbox: https://sandbox-api.photoncommerce.com */
	apiUrl: z.string().optional(),
	clientId: z.string().optional(),
	username: z.string().optional(),
	apiKey: z.string().optional(),
	password: z.string().optional(),
	secretKey: z.string().optional(),
	/** "json" (GET /api/v4/json), which the vendor's own code uses today, or "webhook" (POST /webhook), the documented page's */
	endpoint: z.enum(["json", "webhook"]).optional(),
});
type Settings = z.output<typeof settings>;

const Extracted = Processed.shape.data.refine(
	(data) => Object.keys(data).length > 0,
);
// the status is "success" in both states: only data tells that a document is done
const Done = Processed.extend({ data: Extracted });
const Processing = z.looseObject({
	data: z.null().optional(),
	message: z.string().regex(/being processed/i),
});
// older pages of the vendor show an array of one document
const Listed = z.tuple([Extracted]);

export const poll: Poll<Settings, "json" | "webhook"> = {
	settings,
	everyMinutes: 1,
	needs: ["clientId", "username", "apiKey", "password", "secretKey"],
	url: ({ apiUrl = "https://api.photoncommerce.com" }) => apiUrl,
	headers: ({ clientId, username, apiKey, password, secretKey }) => ({
		"CLIENT-ID": String(clientId),
		AUTHORIZATION: `apikey ${username}:${apiKey}`,
		PASSWORD: String(password),
		"SECRET-KEY": String(secretKey),
	}),
	requests: { json: "GET /api/v4/json", webhook: "POST /webhook" },
	brings: { "document.processed": [] },
	// ten a second are allowed, and those above it queued
	budget: { requests: 300, seconds: 60 },
	// 403 stands for a missing parameter and a used-up quota too
	deniedBy: [401],
	watches: {
		kinds: ["document"],
		subject: z.string().min(1).max(1024),
		firstSeconds: 20,
		longestSeconds: 3600,
		final: ({ subject }) => processed(subject),
		async *ask({ subject, reference }, { call, settings }) {
			const { endpoint = "json" } = settings;
			const answer = await call(endpoint, { query: { photon_key: subject } });
			const done = readAnswer(answer.json, subject);
			if (!done) return "waiting";
			const body = {
				...done,
				message: "success",
				status: "success",
				...(reference !== undefined && { ID: reference }),
			};
			const observations = [{ ...processed(subject), body }];
			yield { sightings: [{ observedAt: answer.sentAt, observations }] };
			return "finished";
		},
	},
};

/** What the document became, or undefined while it is being processed. */
function readAnswer(json: unknown, subject: string) {
	// the data alone is known by the key in it
	const Alone = Extracted.refine(({ photon_key }) => photon_key === subject);
	return expectShape(
		z.union([
			Done,
			Processing.transform(() => undefined),
			Listed.transform(([data]) => ({ data })),
			Alone.transform((data) => ({ data })),
		]),
		json,
	);
}
