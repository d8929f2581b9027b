import { once } from "node:events";
import { createServer } from "node:http";
import { text } from "node:stream/consumers";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import openCaminvoice from "../../functions/providers/caminvoice/simulator.ts";
import openDealpos from "../../functions/providers/dealpos/simulator.ts";
import openFinbox from "../../functions/providers/finbox/simulator.ts";
import openMarosa from "../../functions/providers/marosa/simulator.ts";
import openPhoton from "../../functions/providers/photon/simulator.ts";

const openers = {
	photon: openPhoton,
	finbox: openFinbox,
	caminvoice: openCaminvoice,
	marosa: openMarosa,
	dealpos: openDealpos,
};

describe("every simulator", () => {
	test.for(Object.entries(openers))(
		"%s refuses a request without credentials and notes it",
		async ([, open]) => {
			await using simulator = await open();
			const response = await fetch(`${simulator.url}/anything/`);
			expect([401, 404]).toContain(response.status);
			expect(simulator.requests).toMatchObject([
				{ method: "GET", path: "/anything/", status: response.status },
			]);
		},
	);

	test.for(Object.entries(openers))(
		"%s does what its own overview tells a person to send",
		async ([, open]) => {
			await using simulator = await open();
			const overview = (await (
				await fetch(`${simulator.url}/_control`)
			).json()) as { ways: Record<string, object> };
			const acts = Object.keys(simulator.acts);
			expect(acts.length).toBeGreaterThan(0);
			for (const act of acts) {
				const way = `${simulator.url}/_control/${act}`;
				const response = await fetch(way, {
					method: "POST",
					body: JSON.stringify(overview.ways[`POST ${way}`]),
				});
				expect([act, response.status]).toEqual([act, 200]);
			}
			expect(simulator.webhooks.sent.length).toBeGreaterThan(0);
			expect(simulator.requests).toEqual([]);
		},
	);

	test("answers a control that does not exist with the way to the overview", async () => {
		await using simulator = await openPhoton();
		const response = await fetch(`${simulator.url}/_control/nothing`, {
			method: "POST",
		});
		expect(response.status).toBe(404);
		expect(await response.text()).toContain("/_control");
	});

	test("takes credentials in place of its own", async () => {
		const credentials = { clientId: "mine", clientSecret: "also mine" };
		await using simulator = await openDealpos({ credentials });
		expect(simulator.settings).toMatchObject(credentials);
		expect((await tokenOf(simulator, "mine", "also mine")).status).toBe(200);
		expect((await tokenOf(simulator, "mine", "other")).status).toBe(401);
	});
});

describe("webhooks", () => {
	test("carry the proof that was subscribed with", async () => {
		await using inbox = await openReceiver();
		await using simulator = await openFinbox();
		simulator.webhooks.subscribe({
			url: `${inbox.url}/hook`,
			headers: { "x-secret-key": "shown" },
		});
		await simulator.acts.settle({ entity_id: "e", statement_id: "s" });
		expect(inbox.received).toEqual([
			{
				path: "/hook",
				proof: "shown",
				body: {
					entity_id: "e",
					statement_id: "s",
					link_id: null,
					progress: "completed",
					reason: "",
				},
			},
		]);
	});

	test("are dropped, held, doubled and released in another order, as told", async () => {
		await using inbox = await openReceiver();
		await using simulator = await openDealpos();
		simulator.webhooks.subscribe({ url: inbox.url });
		simulator.webhooks.fate("drop");
		simulator.webhooks.fate("twice");
		simulator.webhooks.fate("hold", 3);
		for (const ID of ["dropped", "doubled", "h1", "h2", "h3", "sent"])
			await simulator.acts.pay({ ID });
		expect(inbox.ids()).toEqual(["doubled", "doubled", "sent"]);
		await simulator.webhooks.release({ only: 1 });
		await simulator.webhooks.release({ reversed: true });
		expect(inbox.ids().slice(3)).toEqual(["h2", "h3", "h1"]);
		expect(simulator.webhooks.held).toEqual([]);
		expect(simulator.webhooks.sent[0]).toMatchObject({ fate: "drop" });
	});

	test("keep a fate that has no end", async () => {
		await using inbox = await openReceiver();
		await using simulator = await openDealpos();
		simulator.webhooks.subscribe({ url: inbox.url });
		simulator.webhooks.fate("drop", Number.POSITIVE_INFINITY);
		for (const ID of ["one", "two"]) await simulator.acts.pay({ ID });
		expect(inbox.received).toEqual([]);
	});

	test.for([
		["dealpos", 503, 2],
		["dealpos", 429, 2],
		["dealpos", 408, 2],
		["dealpos", 400, 1],
		["dealpos", "no answer", 1],
		["marosa", 400, 5],
		["marosa", 302, 5],
		["marosa", 204, 1],
		["finbox", 503, 1],
	] as const)(
		"%s, answered with %s, sends at most %i times",
		async ([name, status, times]) => {
			await using inbox = await openReceiver();
			inbox.status = status === "no answer" ? 200 : status;
			const url = status === "no answer" ? "http://127.0.0.1:1" : inbox.url;
			await using simulator = await openers[name]();
			simulator.webhooks.subscribe({ url });
			if ("pay" in simulator.acts) await simulator.acts.pay({ ID: "p" });
			else if ("create" in simulator.acts)
				await simulator.acts.create({ documentId: "d" });
			else if ("settle" in simulator.acts)
				await simulator.acts.settle({ entity_id: "e" });
			while (simulator.webhooks.held.length > 0)
				await simulator.webhooks.release();
			expect(simulator.webhooks.sent).toHaveLength(times);
		},
	);
});

describe("faults", () => {
	let simulator: Awaited<ReturnType<typeof openDealpos>>;
	beforeEach(async () => {
		simulator = await openDealpos();
		await simulator.acts.pay({ ID: "p", Date: "2026-11-20" });
	});
	afterEach(() => simulator[Symbol.asyncDispose]());

	const read = async (signal?: AbortSignal) => {
		const token = (await (await tokenOf(simulator)).json()) as {
			access_token: string;
		};
		return fetch(`${simulator.url}/api/v3/Payment/Invoice/p`, {
			method: "POST",
			headers: { authorization: `Bearer ${token.access_token}` },
			body: JSON.stringify({ From: "2026-11-20", To: "2026-11-20" }),
			redirect: "manual",
			signal,
		});
	};
	const path = "/Payment/";

	test("answer a status and its headers as often as told, then no more", async () => {
		const headers = { "retry-after": "7" };
		simulator.faults.add({
			kind: "status",
			status: 429,
			headers,
			path,
			times: 2,
		});
		for (const expected of [429, 429, 200]) {
			const response = await read();
			expect(response.status).toBe(expected);
			expect(response.headers.get("retry-after")).toBe(
				expected === 429 ? "7" : null,
			);
		}
	});

	test("let some requests through before they begin", async () => {
		simulator.faults.add({ kind: "status", status: 500, path, after: 2 });
		for (const expected of [200, 200, 500, 200])
			expect((await read()).status).toBe(expected);
	});

	test("hang until the caller gives up", async () => {
		simulator.faults.add({ kind: "hang", path });
		const gone = new AbortController();
		const response = read(gone.signal);
		await expect.poll(() => simulator.faults.waiting.length).toBe(0);
		gone.abort();
		await expect(response).rejects.toThrow();
		expect(simulator.requests.at(-1)?.status).toBeUndefined();
	});

	test("cut a connection before anything is done, and lose an answer after it", async () => {
		simulator.faults.add({ kind: "cut", path: "/Token/" });
		await expect(read()).rejects.toThrow();
		simulator.faults.add({ kind: "lost", path });
		await expect(read()).rejects.toThrow();
		expect((await read()).status).toBe(200);
	});

	test("answer malformed JSON, an unknown shape, an oversized body, a redirect", async () => {
		simulator.faults.add({ kind: "malformed", path });
		await expect((await read()).json()).rejects.toThrow(SyntaxError);
		simulator.faults.add({ kind: "shape", path });
		expect(await (await read()).json()).not.toBeInstanceOf(Array);
		simulator.faults.add({ kind: "oversized", bytes: 3_000_000, path });
		expect(await (await read()).text()).toHaveLength(3_000_000);
		simulator.faults.add({
			kind: "redirect",
			location: "http://elsewhere",
			path,
		});
		expect((await read()).headers.get("location")).toBe("http://elsewhere");
	});

	test("are told over HTTP too, and taken back", async () => {
		const control = `${simulator.url}/_control/faults`;
		const body = JSON.stringify({ kind: "status", status: 500 });
		await fetch(control, { method: "POST", body });
		expect(simulator.faults.waiting).toHaveLength(1);
		await fetch(control, { method: "DELETE" });
		expect((await read()).status).toBe(200);
	});
});

interface Reachable {
	url: string;
}

function tokenOf(
	{ url }: Reachable,
	client_id = "simulated-client",
	client_secret = "simulated-secret",
): Promise<Response> {
	return fetch(`${url}/api/v3/Token/OAuth2`, {
		method: "POST",
		body: JSON.stringify({ client_id, client_secret }),
	});
}

/** A stand-in for the inbox: notes what comes and answers one status. */
async function openReceiver() {
	const received: { path: string; proof: unknown; body: { ID?: string } }[] =
		[];
	const server = createServer(async (request, response) => {
		const body = JSON.parse(await text(request));
		const proof = request.headers["x-secret-key"];
		received.push({ path: request.url ?? "", proof, body });
		response.writeHead(receiver.status).end();
	}).listen(0, "127.0.0.1");
	await once(server, "listening");
	const address = server.address();
	const receiver = {
		url: `http://127.0.0.1:${typeof address === "object" ? address?.port : 0}`,
		status: 200,
		received,
		ids: () => received.map(({ body }) => body.ID),
		async [Symbol.asyncDispose]() {
			server.closeAllConnections();
			server.close();
		},
	};
	return receiver;
}
