import { ReceiveMessageCommand } from "@aws-sdk/client-sqs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openFailures } from "../../functions/aws/payloads.ts";
import { openQueue } from "../../functions/aws/queue.ts";
import { openS3 } from "../../functions/aws/sdk/s3.ts";
import { bytesAsSent, maxMessageBytes } from "../../functions/inbox/event.ts";
import { once } from "../../functions/inbox/identity.ts";
import {
	bytesOf,
	eventItem,
	maxItemBytes,
} from "../../functions/inbox/item.ts";
import { newTraceparent } from "../../functions/inbox/traceparent.ts";
import { forward } from "../../functions/queue/forward.ts";
import { toEventRecord } from "../../local/stream/stream-record.ts";
import { type Cloud, engines, openCloud } from "../support/cloud.ts";
import { bytesIn, messageIn } from "../support/image.ts";
import { openStore } from "../support/store.ts";

/** Text that hardly can be compressed, the same each time. */
const noise = Array.from({ length: 20_000 }, (_, index) =>
	Math.sin(index).toString(36).slice(3),
).join("\u{1f600}");

const kinds = {
	"plain text": "x",
	"characters of several bytes": "é",
	"characters that are escaped": "\u{1f600}",
};

describe.each(engines)("on %s", (engine) => {
	let cloud: Cloud;
	beforeAll(async () => {
		cloud = await openCloud({ engine });
	});
	afterAll(() => cloud[Symbol.asyncDispose]());

	/** What was stored, and what came out of the queue. */
	async function pass(text: string) {
		const inbox = await openStore(cloud);
		await inbox.push(once("1"), { text });
		const [record] = await cloud.stream(inbox.table);
		if (!record) throw new Error("Nothing was stored.");
		const url = await cloud.queue();
		const { sent } = await forward(
			[toEventRecord(record, { streamArn: "", region: "" })],
			{
				queue: openQueue({ url }),
				failures: openFailures({
					bucket: inbox.bucket,
					provider: "toy",
					s3: openS3(),
				}),
				now: new Date(),
				signal: AbortSignal.timeout(60_000),
				pause: async () => {},
			},
		);
		expect(sent).toHaveLength(1);
		const { Messages: [message] = [] } = await cloud.sqs.send(
			new ReceiveMessageCommand({
				QueueUrl: url,
				MessageAttributeNames: ["All"],
			}),
		);
		const attributes = Object.fromEntries(
			Object.entries(message?.MessageAttributes ?? {}).map(
				([name, { StringValue = "" }]) => [name, StringValue],
			),
		);
		const image = record.dynamodb?.NewImage;
		return { body: message?.Body ?? "", attributes, image };
	}

	test.each(Object.entries(kinds))(
		"data stays inside a message of a million bytes as it is sent, %s, and not of one more",
		async (_, unit) => {
			const empty = await pass('""');
			const room = maxMessageBytes - bytesAsSent(empty.body, empty.attributes);
			const unitBytes = unit === "\u{1f600}" ? 12 : Buffer.byteLength(unit);
			const units = unit.repeat(Math.floor(room / unitBytes));
			const text = `"${units}${"y".repeat(room % unitBytes)}"`;
			const fits = await pass(text);
			expect(bytesAsSent(fits.body, fits.attributes)).toBe(maxMessageBytes);
			expect(fits.body).toBe(messageIn(fits.image));
			const { data, type, via, traceparent } = JSON.parse(fits.body);
			expect(data).toBe(JSON.parse(text));
			expect(fits.attributes).toEqual({ type, via, traceparent });
			const over = JSON.parse((await pass(text.replace(/"$/, 'y"'))).body);
			expect(over).not.toHaveProperty("data");
			expect(over.dataref).toMatch(/^s3:\/\/[^/]+\/toy\/[0-9a-f]{64}$/);
		},
	);

	test("data stays inside an item of 128 KB, compressed, and not in a larger one", async () => {
		const characters = await longestInside();
		// a trace, of another reception, may be compressed otherwise
		const fits = await pass(JSON.stringify(noise.slice(0, characters - 64)));
		expect(JSON.parse(fits.body).data).toBe(noise.slice(0, characters - 64));
		expect(bytesIn(fits.image ?? {})).toBeLessThanOrEqual(maxItemBytes);
		expect(bytesIn(fits.image ?? {})).toBeGreaterThan(maxItemBytes - 256);
		const over = await pass(JSON.stringify(noise.slice(0, characters + 64)));
		expect(JSON.parse(over.body)).not.toHaveProperty("data");
		expect(bytesIn(over.image ?? {})).toBeLessThan(1024);
	});
});

/** How many characters of noise an item can hold. */
async function longestInside(): Promise<number> {
	const traceparent = newTraceparent();
	let [inside, outside] = [0, noise.length];
	while (outside - inside > 1) {
		const middle = Math.floor((inside + outside) / 2);
		let isKept = false;
		const item = await eventItem(
			{
				provider: "toy",
				via: "webhook",
				observation: { type: "moved", subject: "s", identity: once("1") },
				data: JSON.stringify(noise.slice(0, middle)),
				attempt: "abcdefghijkl",
				traceparent,
				retentionDays: 35,
				async keep() {
					isKept = true;
					return "s3://bucket/toy/digest";
				},
			},
			{
				key: { pk: "a".repeat(64), sk: `once#${"b".repeat(22)}` },
				id: "c".repeat(43),
				recordedtime: "2030-01-01T00:00:00.000Z",
			},
		);
		expect(bytesOf(item)).toBeLessThanOrEqual(maxItemBytes);
		if (isKept) outside = middle;
		else inside = middle;
	}
	return inside;
}
