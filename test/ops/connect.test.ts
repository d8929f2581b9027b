import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import openCaminvoice from "../../functions/providers/caminvoice/simulator.ts";
import openFinbox from "../../functions/providers/finbox/simulator.ts";
import { openSecretsManager } from "../../local/secrets-manager.ts";
import { installed, typeAt } from "../support/billhook.ts";
import { type Cloud, openCloud } from "../support/cloud.ts";
import { token } from "../support/endpoint.ts";
import { temporaryFolder } from "../support/local-app.ts";

const stack = new AsyncDisposableStack();
let cloud: Cloud;
beforeAll(async () => {
	cloud = stack.use(await openCloud());
});
afterAll(() => stack.disposeAsync());

async function open(name: string, settings: object) {
	const folder = stack.use(temporaryFolder());
	const held = { webhook: { token }, api: settings };
	const kinds = ["webhook", "api"] as const;
	const secrets = kinds.map((kind) => ({
		provider: name,
		holds: kind,
		arn: `arn:aws:secretsmanager:us-east-1:000000000000:secret:${kind}-local0`,
		file: join(folder.path, `${kind}.json`),
	}));
	for (const { holds, file } of secrets)
		writeFileSync(file, JSON.stringify(held[holds]));
	const manager = stack.use(await openSecretsManager(secrets));
	const endpoints = { ...cloud.endpoints, secretsmanager: manager.endpoint };
	const [webhook, api] = secrets.map(({ arn }) => arn);
	return typeAt({ endpoints }, folder.path, {
		[name]: installed({
			api: "https://inbox.example",
			hook: `/hooks/${name}/{token}`,
			secrets: { webhook: webhook ?? "", api },
		}),
	});
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
		expect((await typed("connect finbox --yes")).code).toBe(0);
		const given = { webhook_url: url("finbox"), webhook_mode: 1 };
		expect(simulator.facts().registered).toEqual({
			entity: given,
			session_data: given,
		});
	});

	test("registers CamInvoice's for all its members", async () => {
		await using simulator = await openCaminvoice();
		const typed = await open("caminvoice", simulator.settings);
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

	test("of the local cloud registers nothing with a vendor's own API", async () => {
		const typed = await open("finbox", { apiKey: "k", serverHash: "h" });
		const { code, stderr } = await typed("connect finbox --yes");
		expect(stderr).toContain("nothing is registered there");
		expect(code).toBe(2);
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
