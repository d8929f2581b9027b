import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import openCaminvoice from "../../functions/providers/caminvoice/simulator.ts";
import openFinbox from "../../functions/providers/finbox/simulator.ts";
import { type Cloud, openCloud } from "../support/cloud.ts";
import { token } from "../support/endpoint.ts";
import { typeWithSecrets } from "../support/with-secrets.ts";

const stack = new AsyncDisposableStack();
let cloud: Cloud;
beforeAll(async () => {
	cloud = stack.use(await openCloud());
});
afterAll(() => stack.disposeAsync());

const open = (name: string, api: object) =>
	typeWithSecrets(stack, cloud, { name, webhook: { token }, api });

const credentials = { apiKey: "k", serverHash: "h" };

async function openApi(answer: RequestListener) {
	const server = createServer(answer).listen(0, "127.0.0.1");
	stack.defer(() => void server.close());
	await once(server, "listening");
	const { port } = server.address() as AddressInfo;
	return { apiUrl: `http://127.0.0.1:${port}` };
}

const url = (name: string) => `https://inbox.example/hooks/${name}/${token}`;

describe("billhook connect", () => {
	test("registers both of FinBox's flows, always with their mode, after showing it", async () => {
		await using simulator = await openFinbox();
		const typed = await open("finbox", simulator.settings);
		const asked = await typed("connect finbox");
		expect(asked.code).toBe(2);
		expect(asked.stderr).toContain(
			'/v1/entity/update_webhook/ {"webhook_url":"https://inbox.example/hooks/finbox/<token>","webhook_mode":1}',
		);
		expect(asked.stderr).not.toContain(token);
		expect(asked.stderr).not.toContain("simulated-key");
		expect(simulator.facts().registered).toEqual({});
		const done = await typed("connect finbox --yes");
		expect(done.code).toBe(0);
		// what is left for a person
		expect(done.stdout).toMatch(/(registered {2}where .*\n){2}- /);
		const given = { webhook_url: url("finbox"), webhook_mode: 1 };
		expect(simulator.facts().registered).toEqual({
			entity: given,
			session_data: given,
		});
	});

	test("registers CamInvoice's for all its members", async () => {
		await using simulator = await openCaminvoice();
		// a member's own settings are no part of it
		const { members, ...settings } = simulator.settings;
		const typed = await open("caminvoice", settings);
		const { code, stderr } = await typed("connect caminvoice --yes");
		expect(stderr).toContain("those with an address of their own included");
		expect(code).toBe(0);
		expect(simulator.facts().registered).toEqual([
			{ webhook_url: url("caminvoice") },
		]);
	});

	test("says which credentials are missing, or look at, and what was not done", async () => {
		await using simulator = await openFinbox();
		const none = await open("finbox", { apiKey: "k" });
		const missing = await none("connect finbox --yes");
		expect(missing.stderr).toContain(
			"billhook settings set finbox serverHash=…",
		);
		expect(missing.code).toBe(1);
		const wrong = await open("finbox", {
			...simulator.settings,
			apiKey: "another",
		});
		const refused = await wrong("connect finbox --yes");
		expect(refused.stderr).toContain(
			"finbox answered 401: it was not told where the webhooks of the entity flow go. Look at the credentials",
		);
		expect(refused.code).toBe(1);
	});

	test.each([
		undefined,
		"http://127.0.0.1.example",
		"https://localhost.example",
	])(
		"of the local cloud registers nothing with a vendor's own API: %s",
		async (apiUrl) => {
			const typed = await open("finbox", { ...credentials, apiUrl });
			const { code, stderr } = await typed("connect finbox --yes");
			expect(stderr).toContain("nothing is registered there");
			expect(code).toBe(2);
		},
	);

	test("takes its credentials nowhere else, and a redirect for no success", async () => {
		const asked: string[] = [];
		const { apiUrl } = await openApi((request, response) => {
			asked.push(`${request.url} ${request.headers["content-type"]}`);
			response.writeHead(302, { location: "/elsewhere" }).end();
		});
		const typed = await open("finbox", { ...credentials, apiUrl });
		const { code, stdout, stderr } = await typed("connect finbox --yes");
		expect(asked).toEqual(["/v1/entity/update_webhook/ application/json"]);
		expect(stderr).toContain("finbox answered 302: it was not told where");
		expect([code, stdout]).toEqual([1, ""]);
	});

	test("interrupted registers no more", async () => {
		const stop = new AbortController();
		let asked = 0;
		const { apiUrl } = await openApi((_, response) => {
			asked++;
			stop.abort();
			response.end("{}");
		});
		const typed = await open("finbox", { ...credentials, apiUrl });
		const { signal } = stop;
		expect((await typed("connect finbox --yes", { signal })).code).toBe(1);
		expect(asked).toBe(1);
	});

	test("says where nothing answers", async () => {
		const apiUrl = "http://127.0.0.1:9";
		const typed = await open("finbox", { ...credentials, apiUrl });
		const { code, stderr } = await typed("connect finbox --yes");
		expect(stderr).toContain(`finbox's API does not answer at ${apiUrl}.\n`);
		expect(code).toBe(1);
	});

	test.each(["marosa", "dealpos", "photon"])(
		"prints %s's URLs, and what a person does with them",
		async (name) => {
			const typed = await open(name, {});
			const { code, stdout } = await typed(`connect ${name}`);
			expect(stdout).toContain(url(name));
			expect(stdout).toMatch(/by hand:\n- /);
			expect(code).toBe(0);
		},
	);
});
