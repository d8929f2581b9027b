import {
	SendMessageBatchCommand,
	SendMessageCommand,
} from "@aws-sdk/client-sqs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { redriveInOrder } from "../../ops/dead-letters/in-order.ts";
import type { Letter } from "../../ops/dead-letters/letters.ts";
import { installed, typeAt } from "../support/billhook.ts";
import { type Cloud, openCloud } from "../support/cloud.ts";
import { drain } from "../support/drain.ts";
import { temporaryFolder } from "../support/local-app.ts";
import { type Fault, openWire, type Passing } from "../support/wire.ts";

let cloud: Cloud;
const stack = new AsyncDisposableStack();
beforeAll(async () => {
	cloud = stack.use(await openCloud());
});
afterAll(() => stack.disposeAsync());

/** A dead-letter queue with these messages, by subject. */
async function open(bySubject: Readonly<Record<string, readonly string[]>>) {
	const [events, dead] = [await cloud.queue(), await cloud.queue()];
	const faults: { choose: (passing: Passing) => Fault | undefined } = {
		choose: () => undefined,
	};
	const wire = stack.use(
		await openWire(cloud.endpoints.sqs, (passing) => faults.choose(passing)),
	);
	const folder = stack.use(temporaryFolder());
	const endpoints = { ...cloud.endpoints, sqs: wire.endpoint };
	const typed = typeAt({ endpoints }, folder.path, {
		toy: installed({ queues: { events, dead } }),
	});
	for (const [subject, ids] of Object.entries(bySubject))
		for (const id of ids)
			await cloud.sqs.send(
				new SendMessageBatchCommand({
					QueueUrl: dead,
					Entries: [
						{
							Id: "0",
							MessageGroupId: `group-of-${subject}`,
							MessageDeduplicationId: id,
							MessageBody: `{"id":"${id}","type":"toy.moved","subject":"${subject}","data":{"amount":1.10}}`,
							MessageAttributes: {
								type: { DataType: "String", StringValue: "toy.moved" },
							},
						},
					],
				}),
			);
	return {
		typed,
		faults,
		events,
		dead,
		queued: (wanted: readonly string[]) =>
			drain(
				{ endpoint: cloud.endpoints.sqs, QueueUrl: events },
				wanted,
				(body) => JSON.parse(body).id,
			),
	};
}

const sends = ({ body, headers }: Passing, id: string) =>
	String(headers["x-amz-target"]).endsWith(".SendMessage") &&
	body.includes(`"MessageDeduplicationId":"${id}.`);

describe("billhook dead-letters", () => {
	test("list shows what can be seen, says that there may be more, and lets all of it go", async () => {
		const { typed } = await open({ a: ["a1", "a2"], b: ["b1"] });
		for (const _ of ["a look", "another"]) {
			const { code, lines, stderr } = await typed("dead-letters list");
			// the first of each subject; SQS may show some behind it
			const ids = lines.map((line) => line.split(" ")[0]);
			expect(ids).toEqual(expect.arrayContaining(["a1", "b1"]));
			expect(stderr).toContain("There are at least 3.");
			expect(code).toBe(0);
		}
		const { stdout } = await typed("dead-letters list --limit 1 --json");
		expect(JSON.parse(stdout)).toMatchObject({ id: "a1", provider: "toy" });
	});

	test("redrive asks first, then sends all of it with the groups they had", async () => {
		const ids = ["a1", "a2", "a3", "a4", "a5"];
		const { typed, queued } = await open({ a: ids, b: ["b1"] });
		const asked = await typed("dead-letters redrive");
		expect(asked.stderr).toContain("At least 6 dead letters are sent");
		expect(asked.stderr.match(/toy\.moved {2}a$/gm)).not.toHaveLength(0);
		expect(asked.code).toBe(2);
		const { code, stdout } = await typed("dead-letters redrive --yes");
		expect([code, stdout]).toEqual([0, "6 sent again\n"]);
		const got = await queued([...ids, "b1"]);
		expect(got.filter((id) => id !== "b1")).toEqual(ids);
		expect(got).toHaveLength(6);
		expect((await typed("dead-letters list")).code).toBe(3);
	});

	test("redrive stops at a group's first failure, and goes on with the others", async () => {
		const { typed, queued, faults } = await open({
			a: ["a1", "a2", "a3"],
			b: ["b1"],
		});
		faults.choose = (passing) =>
			sends(passing, "a2")
				? { status: 400, code: "InvalidMessageContents" }
				: undefined;
		const { code, stdout } = await typed("dead-letters redrive --yes --json");
		expect(JSON.parse(stdout)).toMatchObject({
			redriven: 2,
			failed: [{ id: "a2", reason: "InvalidMessageContents" }],
		});
		expect(code).toBe(1);
		expect((await queued(["a1", "b1"])).toSorted()).toEqual(["a1", "b1"]);
		faults.choose = () => undefined;
		expect((await typed("dead-letters redrive --yes")).code).toBe(0);
		expect(await queued(["a2", "a3"])).toEqual(["a2", "a3"]);
	});

	test("redrive leaves what is behind a failure, though it was received with it", async () => {
		const letter = (id: string, group: string): Letter => ({
			id,
			group,
			provider: "toy",
			type: "toy.moved",
			subject: group,
			sent: "",
			receives: 1,
			message: {},
		});
		const page = [
			letter("a1", "a"),
			letter("a2", "a"),
			letter("b1", "b"),
			letter("a3", "a"),
			letter("b2", "b"),
		];
		async function* pages() {
			yield page;
		}
		const sent: string[] = [];
		const open = new Set<Letter>();
		const result = await redriveInOrder(pages(), open, {
			isMeant: ({ id }) => id !== "b2",
			redrive: async ({ id }) => {
				if (id === "a2") return "Refused";
				sent.push(id);
				return undefined;
			},
			signal: new AbortController().signal,
		});
		expect(sent).toEqual(["a1", "b1"]);
		expect(result).toEqual({
			redriven: 2,
			failed: [{ id: "a2", reason: "Refused" }],
			held: 1,
		});
		expect([...open].map(({ id }) => id)).toEqual(["a2", "a3", "b2"]);
	});

	test("redrive whose deletion was lost sends nothing twice", async () => {
		const { typed, queued, faults } = await open({ a: ["a1"] });
		faults.choose = ({ headers }) =>
			String(headers["x-amz-target"]).endsWith(".DeleteMessage")
				? { status: 400, code: "AccessDenied" }
				: undefined;
		expect((await typed("dead-letters redrive --yes")).code).toBe(1);
		faults.choose = () => undefined;
		const { stdout } = await typed("dead-letters list --count");
		expect(stdout).toBe("1\n");
		await typed("dead-letters redrive --yes");
		expect(await queued(["a1"])).toEqual(["a1"]);
	});

	test("what is no event hides no other, and is sent as it is", async () => {
		const { typed, events, dead } = await open({ a: ["a1"] });
		await cloud.sqs.send(
			new SendMessageCommand({
				QueueUrl: dead,
				MessageGroupId: "b",
				MessageDeduplicationId: "b",
				MessageBody: "no JSON",
			}),
		);
		const { code, lines } = await typed("dead-letters list");
		expect(lines).toHaveLength(2);
		const [odd] = lines.filter((line) => !line.startsWith("a1"));
		expect(odd).toMatch(/^ +2\d{3}-.* × +\(it is no event\)$/);
		expect(code).toBe(0);
		const { stdout } = await typed("dead-letters redrive --yes");
		expect(stdout).toBe("2 sent again\n");
		const got = await drain(
			{ endpoint: cloud.endpoints.sqs, QueueUrl: events },
			["a1", "no JSON"],
			(body) => (body.startsWith("{") ? JSON.parse(body).id : body),
		);
		expect(got.toSorted()).toEqual(["a1", "no JSON"]);
	});

	test("redrive takes the ids that the list prints", async () => {
		const { typed, queued } = await open({ a: ["a1"], b: ["b1"] });
		const { code } = await typed("dead-letters redrive --ids - --yes", {
			stdin: "b1  2026-01-01\n",
		});
		expect(code).toBe(0);
		expect(await queued(["b1"])).toEqual(["b1"]);
		expect((await typed("dead-letters redrive nobody --yes")).code).toBe(3);
	});
});
