import { once } from "node:events";
import { PassThrough, Readable } from "node:stream";
import { expect, test } from "vitest";
import { openTerminal } from "../../ops/command/terminal.ts";
import type { StoredEvent } from "../../ops/installation/events.ts";
import { postAll, readAddress } from "../../ops/looking/listen.ts";

test("posts to addresses of this machine alone", () => {
	for (const text of [
		"http://127.0.0.1:8080/events",
		"http://localhost",
		"https://[::1]:1/",
		"http://127.9.9.9/",
	])
		expect(readAddress(text).href).toContain("http");
	for (const text of [
		"http://example.com/",
		"http://127.0.0.1.example.com/",
		"http://localhost.example.com/",
		"http://10.0.0.1/",
		"http://[::2]/",
	])
		expect(() => readAddress(text)).toThrow("is not this machine");
	for (const text of ["8080", "ftp://127.0.0.1/", "127.0.0.1:8080"])
		expect(() => readAddress(text)).toThrow("is no address");
});

test("says that nothing has come, while nothing comes", async () => {
	const stop = new AbortController();
	const stderr = new PassThrough();
	const terminal = openTerminal(
		{ stdin: Readable.from([]), stdout: new PassThrough(), stderr },
		{},
	);
	const silent: AsyncIterable<StoredEvent> = {
		[Symbol.asyncIterator]: () => ({
			async next() {
				await once(stop.signal, "abort");
				return { done: true, value: undefined };
			},
		}),
	};
	const posting = postAll(silent, readAddress("http://127.0.0.1:9/"), {
		terminal,
		signal: stop.signal,
		quietMs: 1,
	});
	const [said] = await once(stderr, "data");
	expect(String(said)).toMatch(/^Nothing has come since 20\S+Z\.\n/);
	stop.abort();
	await posting;
});
