import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import * as z from "zod";
import { openSettings } from "../../functions/aws/secrets.ts";

const token = "T".repeat(43);

/** A secret that the test can change or take away, and a clock in its hand. */
async function open(first: string) {
	const store = { value: first as string | undefined, reads: 0 };
	const server = createServer((_request, response) => {
		store.reads++;
		const isThere = store.value !== undefined;
		response.writeHead(isThere ? 200 : 500, {
			"content-type": "application/x-amz-json-1.1",
		});
		response.end(
			JSON.stringify(
				isThere
					? { SecretString: store.value }
					: { __type: "InternalServiceError" },
			),
		);
	});
	await new Promise<void>((resolve) =>
		server.listen(0, "127.0.0.1", () => resolve()),
	);
	onTestFinished(() => {
		server.closeAllConnections();
		server.close();
		vi.unstubAllEnvs();
	});
	const { port } = server.address() as AddressInfo;
	vi.stubEnv("AWS_ENDPOINT_URL_SECRETS_MANAGER", `http://127.0.0.1:${port}`);
	vi.stubEnv("AWS_REGION", "us-east-1");
	vi.stubEnv("AWS_ACCESS_KEY_ID", "local");
	vi.stubEnv("AWS_SECRET_ACCESS_KEY", "local");
	const clock = { now: new Date("2026-11-21T12:00:00.000Z") };
	const pass = (seconds: number) => {
		clock.now = new Date(clock.now.getTime() + seconds * 1000);
	};
	const schema = z.object({ key: z.string().optional() });
	const settings = openSettings({
		secret: "billhook/test/toy",
		schema,
		now: () => clock.now,
	});
	return { store, pass, settings };
}

describe("settings", () => {
	test("begin to be read before anybody asks, and once for all who ask", async () => {
		const { store, settings } = await open(JSON.stringify({ token, key: "k" }));
		const all = await Promise.all([
			settings.read(),
			settings.read(),
			settings.read({ maxAgeSeconds: 10 }),
		]);
		expect(all).toEqual(Array(3).fill({ token, key: "k" }));
		expect(store.reads).toBe(1);
	});

	test("are kept for five minutes, or for as long as the reader allows", async () => {
		const { store, pass, settings } = await open(JSON.stringify({ token }));
		await settings.read();
		store.value = JSON.stringify({ token, key: "new" });
		pass(10);
		expect((await settings.read({ maxAgeSeconds: 10 })).key).toBeUndefined();
		pass(1);
		expect((await settings.read()).key).toBeUndefined();
		expect((await settings.read({ maxAgeSeconds: 10 })).key).toBe("new");
		store.value = JSON.stringify({ token, key: "newer" });
		pass(300);
		expect((await settings.read()).key).toBe("new");
		pass(1);
		expect((await settings.read()).key).toBe("newer");
	});

	test("outlive an outage for whoever is welcome, and refuse nobody meanwhile", async () => {
		const { store, pass, settings } = await open(JSON.stringify({ token }));
		await settings.read();
		store.value = undefined;
		pass(301);
		expect(await settings.read()).toEqual({ token });
		const reads = store.reads;
		pass(29);
		expect(await settings.read()).toEqual({ token });
		expect(store.reads).toBe(reads);
		await expect(settings.read({ maxAgeSeconds: 10 })).rejects.toThrow();
		store.value = JSON.stringify({ token, key: "back" });
		pass(31);
		expect((await settings.read()).key).toBe("back");
	});

	test.each([
		["not JSON", "token=secret-value"],
		["without a token", JSON.stringify({ key: "secret-value" })],
		["with a short token", JSON.stringify({ token: "secret-value" })],
		[
			"with a field of another type",
			JSON.stringify({ token, key: ["secret-value"] }),
		],
	])(
		"that are %s cannot be had, and the error holds no value",
		async (_, text) => {
			const { settings } = await open(text);
			const error = await settings.read().catch((error) => error);
			expect(error).toMatchObject({ name: "SettingsUnreadable" });
			expect(error.message).not.toContain("secret-value");
		},
	);

	test("say nothing before they are asked for, even where nothing answers", async () => {
		const { store, settings } = await open("");
		store.value = undefined;
		await expect(settings.read()).rejects.toThrow();
		store.value = JSON.stringify({ token });
		expect(await settings.read()).toEqual({ token });
	});
});
