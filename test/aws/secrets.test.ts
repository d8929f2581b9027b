import { createServer } from "node:http";
import { text } from "node:stream/consumers";
import { afterEach, describe, expect, onTestFinished, test, vi } from "vitest";
import * as z from "zod";
import { openSettings } from "../../functions/aws/secrets.ts";
import * as signed from "../../functions/aws/signed/secrets-manager.ts";
import { webhookSecret } from "../../functions/secret.ts";
import { type Client, clients } from "../support/clients.ts";
import { type Fault, openWire } from "../support/wire.ts";

const token = "T".repeat(43);
const shape = webhookSecret({
	settings: z.object({ key: z.string().optional() }),
});

afterEach(() => vi.unstubAllEnvs());

/** A secret that the test can change, a wire to it that the test can break, and a clock in its hand. */
async function open(
	{ openSecretsManager }: Pick<Client, "openSecretsManager">,
	first: object | string,
	keptSeconds = 300,
) {
	const store = {
		held: first,
		fault: undefined as Fault | undefined,
		/** of the next requests, before that */
		faults: [] as Fault[],
	};
	const server = createServer(async (request, response) => {
		await text(request);
		const { held } = store;
		const SecretString = typeof held === "string" ? held : JSON.stringify(held);
		response.setHeader("content-type", "application/x-amz-json-1.1");
		response.end(JSON.stringify({ SecretString }));
	});
	await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
	const address = server.address();
	if (address === null || typeof address === "string") throw new Error();
	const wire = await openWire(
		`http://127.0.0.1:${address.port}`,
		() => store.faults.shift() ?? store.fault,
	);
	onTestFinished(async () => {
		await wire[Symbol.asyncDispose]();
		server.closeAllConnections();
		server.close();
	});
	vi.stubEnv("AWS_ENDPOINT_URL_SECRETS_MANAGER", wire.endpoint);
	vi.stubEnv("AWS_REGION", "us-east-1");
	vi.stubEnv("AWS_ACCESS_KEY_ID", "local");
	vi.stubEnv("AWS_SECRET_ACCESS_KEY", "local");
	const clock = { now: new Date("2026-11-21T12:00:00.000Z") };
	const pass = (seconds: number) => {
		clock.now = new Date(clock.now.getTime() + seconds * 1000);
	};
	const settings = openSettings({
		secret: "billhook/test/toy",
		shape,
		keptSeconds,
		getSecret: openSecretsManager(),
		now: () => clock.now,
	});
	const read = (leftMs = 8000) => settings.read(leftMs);
	const fresh = (leftMs = 8000, withinSeconds?: number) =>
		settings.fresh(leftMs, withinSeconds);
	const { complaints } = settings;
	return { store, pass, read, fresh, complaints, asked: wire.passed };
}

const away: Fault = { status: 500, code: "InternalServiceError" };

describe.each(clients)("settings, by $by", (client) => {
	test("are asked for before anybody needs them, and once", async () => {
		const { asked, read, fresh } = await open(client, { token, key: "k" });
		expect(await read()).toEqual({ token, key: "k" });
		expect(await read()).toEqual({ token, key: "k" });
		expect(await fresh()).toEqual({ token, key: "k" });
		expect(asked).toHaveLength(1);
	});

	test("are kept for as long as they may be", async () => {
		const { store, pass, read } = await open(client, { token });
		await read();
		store.held = { token, key: "new" };
		pass(299);
		expect(await read()).toEqual({ token });
		pass(1);
		expect(await read()).toEqual({ token, key: "new" });
	});

	test("are asked for each time where they may not be kept", async () => {
		const { store, read, fresh } = await open(client, { token }, 0);
		await read();
		store.held = { token, key: "new" };
		expect(await read()).toEqual({ token, key: "new" });
		store.held = { token, key: 5 };
		expect(await read()).toEqual({ token, key: "new" });
		store.held = { token, key: "newer" };
		expect(await read()).toEqual({ token, key: "newer" });
		expect(await fresh()).toEqual({ token, key: "newer" });
	});

	test("older than ten seconds refuse nobody", async () => {
		const { store, pass, read, fresh } = await open(client, { token });
		await read();
		store.held = { token, key: "new" };
		pass(9);
		expect(await fresh()).toEqual({ token });
		pass(1);
		expect(await fresh()).toEqual({ token, key: "new" });
		// somebody who has just mended them waits for the answer
		store.held = { token, key: "mended" };
		expect(await fresh()).toEqual({ token, key: "new" });
		expect(await fresh(8000, 0)).toEqual({ token, key: "mended" });
	});

	test("outlive an outage for whoever is welcome, who does not wait for it again and again", async () => {
		const { store, pass, read, asked } = await open(client, { token });
		await read();
		store.fault = away;
		pass(300);
		expect(await read()).toEqual({ token });
		expect(asked).toHaveLength(2);
		pass(29);
		expect(await read()).toEqual({ token });
		expect(asked).toHaveLength(2);
		store.fault = undefined;
		store.held = { token, key: "back" };
		pass(1);
		expect(await read()).toEqual({ token, key: "back" });
	});

	test("refuse nobody in an outage: until the time is up, they are asked for", async () => {
		const { store, pass, read, fresh, asked } = await open(client, { token });
		await read();
		store.fault = away;
		pass(10);
		await expect(fresh(700)).rejects.toThrow();
		expect(asked.length).toBeGreaterThan(4);
		store.fault = undefined;
		store.held = { token, key: "back" };
		expect(await fresh()).toEqual({ token, key: "back" });
	});

	test("take at most half of the time that is left where old ones would do", async () => {
		const { store, pass, read } = await open(client, { token });
		await read();
		store.fault = "hang";
		pass(300);
		const begun = performance.now();
		expect(await read(1600)).toEqual({ token });
		const tookMs = performance.now() - begun;
		expect(tookMs).toBeGreaterThan(700);
		expect(tookMs).toBeLessThan(1600);
	});

	test("that cannot be had before the time is up are an error, and an early failure is silent", async () => {
		const { store, read } = await open(client, { token });
		store.fault = "reset";
		await expect(read(700)).rejects.toThrow();
		store.fault = undefined;
		expect(await read()).toEqual({ token });
	});

	test("that nobody may read are an error at once", async () => {
		const { store, read, asked } = await open(client, { token });
		store.fault = { status: 400, code: "AccessDeniedException" };
		await expect(read()).rejects.toMatchObject({
			name: "AccessDeniedException",
		});
		expect(asked.length).toBeLessThanOrEqual(2);
	});

	test("that hold what nobody declared cannot be had by a new function", async () => {
		const { read, complaints } = await open(client, { token, kee: "a value" });
		const error = await read().catch((error) => error);
		expect(error).toMatchObject({ name: "SettingsUnreadable" });
		expect(error.message).not.toContain("a value");
		expect(complaints()).toEqual([
			"kee: there is no such setting; is key meant?",
		]);
	});

	test("are the last good ones for a function that has some, which says what is wrong until it is right", async () => {
		const { store, pass, read, fresh, complaints } = await open(client, {
			token,
		});
		await read();
		expect(complaints()).toEqual([]);
		store.held = { token: "short" };
		pass(300);
		expect(await read()).toEqual({ token });
		expect(complaints()).toEqual([
			"token: Too small: expected string to have >=43 characters",
		]);
		// whoever is to be refused is asked to come again: the mistake is ours
		await expect(fresh()).rejects.toMatchObject({ name: "SettingsUnreadable" });
		store.held = { token, key: "k" };
		pass(30);
		expect(await read()).toEqual({ token, key: "k" });
		expect(complaints()).toEqual([]);
	});
});

test("settings that have changed count at once though the kept connection was closed meanwhile, by requests of our own", async () => {
	const { store, pass, read, asked } = await open(signed, { token });
	await read();
	store.held = { token, key: "new" };
	store.faults = ["reset"];
	pass(300);
	expect(await read()).toEqual({ token, key: "new" });
	expect(asked).toHaveLength(3);
});
