import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Message } from "../../functions/queue/message.ts";
import { findInstallation } from "../../ops/installation/find.ts";
import { openSender } from "../../ops/replay/sender.ts";
import { installed, typeAt } from "../support/billhook.ts";
import { type Cloud, openCloud } from "../support/cloud.ts";
import { drain } from "../support/drain.ts";
import { temporaryFolder } from "../support/local-app.ts";
import { type Fault, openWire } from "../support/wire.ts";

const stack = new AsyncDisposableStack();
let cloud: Cloud;
beforeAll(async () => {
	cloud = stack.use(await openCloud());
});
afterAll(() => stack.disposeAsync());

const messageOf = (id: string): Message => ({
	id,
	group: "group",
	deduplication: id,
	body: `{"id":"${id}","data":{}}`,
	attributes: { type: "toy.moved", via: "webhook" },
});

/** A replay on its way to a queue before which requests fail as told, one fault after the other. */
async function open(faults: (Fault | undefined)[], patienceMs?: number) {
	const QueueUrl = await cloud.queue();
	const wire = stack.use(
		await openWire(cloud.endpoints.sqs, ({ ids }) =>
			ids.length > 0 ? faults.shift() : undefined,
		),
	);
	const folder = stack.use(temporaryFolder());
	const endpoints = { ...cloud.endpoints, sqs: wire.endpoint };
	typeAt({ endpoints }, folder.path, {
		toy: installed({ queues: { events: QueueUrl, dead: QueueUrl } }),
	});
	const installation = await findInstallation(
		{},
		{ BILLHOOK_DATA: folder.path },
	);
	const stop = new AbortController();
	const paced: number[] = [];
	const send = openSender({
		installation,
		replay: "r-1",
		signal: stop.signal,
		patienceMs,
		async pace(count) {
			paced.push(count);
		},
		onTrouble() {},
	});
	return {
		send,
		stop,
		paced,
		queued: (ids: readonly string[]) =>
			drain(
				{ endpoint: cloud.endpoints.sqs, QueueUrl },
				ids,
				(body) => JSON.parse(body).id,
			),
		noted() {
			const log = join(folder.path, "log");
			return readdirSync(log)
				.flatMap((file) => readFileSync(join(log, file), "utf8").split("\n"))
				.filter(Boolean)
				.flatMap((line) => JSON.parse(line).events);
		},
	};
}

const passing: Fault = { status: 503, code: "ServiceUnavailable" };

test("keeps the pace by messages, and tries again what the queue does not take for the moment", async () => {
	// an answer, which the SDK does not ask for again
	const code = "InternalError";
	const { send, paced, queued } = await open([
		{ entries: { "1.r-1": { code, senderFault: false } } },
	]);
	expect(await send("toy", [messageOf("1")])).toEqual([]);
	await send("toy", [messageOf("2"), { ...messageOf("3"), group: "g" }]);
	expect(paced).toEqual([1, 2]);
	expect((await queued(["1", "2", "3"])).toSorted()).toEqual(["1", "2", "3"]);
});

test("gives up after its patience, and says why", async () => {
	const { send } = await open(Array(100).fill(passing), 0);
	await expect(send("toy", [messageOf("1")])).rejects.toThrow(
		"The queue of toy does not take messages (ServiceUnavailable).",
	);
});

test("notes as sent again what the queue has taken, and nothing else", async () => {
	const { send, noted } = await open([
		{ entries: { "2.r-1": { code: "InvalidContent", senderFault: true } } },
	]);
	const refused = await send("toy", [
		messageOf("1"),
		{ ...messageOf("2"), group: "g" },
	]);
	expect(refused).toEqual([{ id: "2", reason: "InvalidContent" }]);
	expect(noted()).toEqual([{ id: "1" }]);
});
