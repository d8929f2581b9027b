import { spawn } from "node:child_process";
import { once as ended } from "node:events";
import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { ListObjectsV2Command, PutObjectCommand } from "@aws-sdk/client-s3";
import { GetQueueAttributesCommand } from "@aws-sdk/client-sqs";
import type { DynamoDBRecord } from "aws-lambda";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { once } from "../../functions/inbox/identity.ts";
import type { Installed } from "../../functions/installed.ts";
import { discardTo } from "../../local/stream/discarded.ts";
import { openProgress, type Progress } from "../../ops/replay/progress.ts";
import { installed, typeAt } from "../support/billhook.ts";
import { type Cloud, openCloud } from "../support/cloud.ts";
import { damage } from "../support/damage.ts";
import { drain } from "../support/drain.ts";
import { temporaryFolder } from "../support/local-app.ts";
import { openStore } from "../support/store.ts";
import { type Fault, openWire, type Passing } from "../support/wire.ts";

let cloud: Cloud;
const stack = new AsyncDisposableStack();
beforeAll(async () => {
	cloud = stack.use(await openCloud());
});
afterAll(() => stack.disposeAsync());

const day = "--since 2030-01-01 --until 2030-01-02";

/** An inbox of the provider toy with so many events; its queue is empty. */
async function open(count: number, minutesApart = 1) {
	const { store, table, bucket, push, wait, clock } = await openStore(cloud);
	const queueUrl = await cloud.queue();
	const faults: { choose: (passing: Passing) => Fault | undefined } = {
		choose: () => undefined,
	};
	const wire = stack.use(
		await openWire(cloud.endpoints.sqs, (passing) => faults.choose(passing)),
	);
	const folder = stack.use(temporaryFolder());
	const endpoints = { ...cloud.endpoints, sqs: wire.endpoint };
	const toy = installed({
		tables: { inbox: table },
		queues: { events: queueUrl, dead: queueUrl },
		bucket,
	});
	const typedWith = (others: Readonly<Record<string, Installed>>) =>
		typeAt({ endpoints }, folder.path, { toy, ...others });
	const typed = typedWith({});
	const ids: string[] = [];
	for (let number = 0; number < count; number++) {
		const text = `{"amount":1${number}.10}`;
		const { id = "" } = await push(once(`${number}`), { text });
		ids.push(id);
		wait(minutesApart);
	}
	return {
		store,
		table,
		bucket,
		clock,
		push,
		typed,
		typedWith,
		faults,
		ids,
		folder: folder.path,
		queueUrl,
		/** the messages there are, each by its event's id */
		async queued(wanted: readonly string[]) {
			const bodies: string[] = [];
			await drain(
				{ endpoint: cloud.endpoints.sqs, QueueUrl: queueUrl },
				wanted,
				(body) => {
					bodies.push(body);
					return JSON.parse(body).id;
				},
			);
			// the drain asks for a body's name twice
			return bodies
				.filter((_, index) => index % 2 === 0)
				.map((body) => ({ text: body, ...JSON.parse(body) }));
		},
		async waiting() {
			const { Attributes } = await cloud.sqs.send(
				new GetQueueAttributesCommand({
					QueueUrl: queueUrl,
					AttributeNames: ["ApproximateNumberOfMessages"],
				}),
			);
			return Number(Attributes?.ApproximateNumberOfMessages);
		},
	};
}

describe("billhook replay", () => {
	test("sends nothing without --yes, and says what it would", async () => {
		const { typed, waiting } = await open(5);
		const { code, stderr } = await typed(`replay ${day}`);
		expect(stderr).toContain("5 events are sent again, 50 a second at most");
		expect(stderr.match(/toy\.moved {2}s$/gm)).toHaveLength(3);
		expect(stderr).toContain("and 2 more");
		expect(code).toBe(2);
		for (const others of ["--type toy.other", "--via poll", "--subject other"])
			expect((await typed(`replay ${day} ${others} --yes`)).code).toBe(3);
		expect(await waiting()).toBe(0);
	});

	test("sends each under its own id, marked, in order, and with every digit", async () => {
		const { typed, ids, queued, folder } = await open(5);
		const { code, stdout } = await typed(
			`replay ${day} --yes --rate 900 --json`,
		);
		expect(code).toBe(0);
		const { replay, sent } = JSON.parse(stdout);
		expect(sent).toBe(5);
		const messages = await queued(ids);
		expect(messages.map(({ id }) => id)).toEqual(ids);
		for (const [number, message] of messages.entries()) {
			expect(message.replay).toBe(replay);
			expect(message.text).toContain(`"data":{"amount":1${number}.10}}`);
		}
		expect(readdirSync(join(folder, "replays"))).toEqual([]);
	});

	test("sends again what the queue has had a moment ago", async () => {
		const { typed, ids, queued } = await open(1);
		await typed(`replay ${day} --yes`);
		await typed(`replay ${day} --yes`);
		const messages = await queued([...ids, ...ids]);
		expect(messages.map(({ id }) => id)).toEqual([...ids, ...ids]);
		expect(new Set(messages.map(({ replay }) => replay)).size).toBe(2);
	});

	test("takes ids, and looks for them as far back as it is told", async () => {
		const { typed, ids, queued } = await open(4);
		const [, second = "", , fourth = ""] = ids;
		const { code } = await typed(`replay ${fourth} ${second} ${day} --yes`);
		expect(code).toBe(0);
		expect((await queued([second, fourth])).map(({ id }) => id)).toEqual([
			second,
			fourth,
		]);
		const gone = await typed(`replay ${second} --yes`);
		expect(gone.stderr).toContain("--since looks further back");
		expect(gone.code).toBe(1);
	});

	test("killed between any two answers it goes on where it was, and sends nothing twice", async () => {
		const { typed, ids, queued, folder, faults } = await open(30, 0);
		const typed9 = ["replay", ...day.split(" "), "--yes", "--rate", "900"];
		const killed = spawn(process.execPath, ["ops/main.ts", ...typed9], {
			cwd: join(import.meta.dirname, "../.."),
			env: { ...process.env, BILLHOOK_DATA: folder },
		});
		let requests = 0;
		// the queue has the message, and nobody hears of it
		faults.choose = ({ ids: [sent] }) => {
			if (!sent || ++requests !== 7) return undefined;
			killed.kill("SIGKILL");
			return "lost";
		};
		await ended(killed, "exit");
		faults.choose = () => undefined;
		const [file = ""] = readdirSync(join(folder, "replays"));
		const modeOf = (path: string) => statSync(path).mode & 0o777;
		expect(modeOf(join(folder, "replays"))).toBe(0o700);
		expect(modeOf(join(folder, "replays", file))).toBe(0o600);
		const replay = file.replace(".json", "");
		const asked = await typed(`replay --resume ${replay}`);
		expect(asked.stderr).toContain(
			"24 events of 30 are still to be sent, 900 a second at most",
		);
		expect(asked.code).toBe(2);
		const resumed = await typed(`replay --resume ${replay} --yes --rate 800`);
		expect(resumed.stderr).toContain("800 a second at most");
		expect(resumed.code).toBe(0);
		const messages = await queued(ids);
		expect(messages.map(({ id }) => id).sort()).toEqual(ids.sort());
		expect(existsSync(join(folder, "replays", file))).toBe(false);
	});

	test("interrupted by a person it says how to go on", async () => {
		const { typed, faults, ids, queued } = await open(4);
		const stop = new AbortController();
		faults.choose = ({ ids: [sent] }) => {
			if (sent) stop.abort();
			return undefined;
		};
		const first = await typed(`replay ${day} --yes`, { signal: stop.signal });
		expect(first.code).toBe(1);
		const [, resume = ""] =
			/1 of 4 sent\. billhook (.*) goes on/.exec(first.stderr) ?? [];
		expect((await typed(resume)).code).toBe(0);
		expect(await queued(ids)).toHaveLength(4);
	});

	test.each([
		["is of another installation", { called: "another" }, 2, "is of another,"],
		[
			"finds an event no more says how to go on",
			{ ids: ["nobody"] },
			1,
			"billhook replay --resume r-1 --yes goes on with it",
		],
	])("that %s", async (_, kept, code, says) => {
		const { typed, folder, waiting } = await open(1);
		keep(folder, kept);
		const resumed = await typed("replay --resume r-1 --yes");
		expect(resumed.stderr).toContain(says);
		expect(resumed.code).toBe(code);
		expect(await waiting()).toBe(0);
	});

	test("goes on with what was recorded at the very instant of its place", async () => {
		const { typed, ids, folder, queued } = await open(3, 0);
		const [first = "", second = "", third = ""] = ids;
		const before = new Date("2030-01-01").toISOString();
		const refused = [{ id: first, reason: "unreadable" }];
		keep(folder, { count: 3, before, done: [first], refused });
		const resumed = await typed("replay --resume r-1 --yes");
		expect(resumed.stderr).toContain("2 events of 3 are still to be sent");
		// as it would have without the interruption
		expect(resumed.code).toBe(1);
		const sent = await queued([second, third]);
		expect(sent.map(({ id }) => id).toSorted()).toEqual(
			[second, third].toSorted(),
		);
	});

	test("whose queue refuses a message for good goes on, and says which", async () => {
		const { typed, faults, ids, queued } = await open(3);
		const [, second = "", third = ""] = ids;
		faults.choose = ({ ids: sent }) =>
			sent.some((id) => id.startsWith(second))
				? { status: 400, code: "InvalidMessageContents" }
				: undefined;
		const { code, stderr } = await typed(`replay ${day} --yes`);
		expect(stderr).toContain(
			`${second}  was not taken: InvalidMessageContents`,
		);
		expect(code).toBe(1);
		expect(await queued([third])).toHaveLength(2);
	});

	test.each(["", "by their ids"])(
		"refuses an event whose envelope cannot be read, and sends the others %s",
		async (byIds) => {
			const { typed, ids, queued, table } = await open(3);
			const [first = "", second = "", third = ""] = ids;
			await damage(cloud.dynamodb, table, second);
			const words = `replay ${day} ${byIds && ids.join(" ")}`;
			expect((await typed(words)).stderr).toContain("cannot be read)\n");
			const { code, stdout, stderr } = await typed(`${words} --yes --json`);
			expect(JSON.parse(stdout)).toMatchObject({
				sent: 2,
				refused: [{ id: second, reason: "unreadable" }],
			});
			expect(stderr).toContain(`${second}  was not taken: unreadable\n`);
			expect(code).toBe(1);
			expect((await queued([first, third])).map(({ id }) => id)).toEqual([
				first,
				third,
			]);
		},
	);

	test.each([
		["--rate 0 --yes", "--rate is"],
		["--rate 3001 --yes", "--rate is"],
		["--failures --resume x", "do not go together"],
		["--resume x", "no replay to go on with"],
	])("%s is refused", async (wrong, says) => {
		const { typed } = await open(1);
		const { code, stderr } = await typed(`replay ${wrong}`);
		expect(stderr).toContain(says);
		expect(code).toBeGreaterThan(0);
	});
});

describe("billhook replay --failures", () => {
	test("sends what the forward function and the mapping gave up on, and empties the bucket", async () => {
		const { typed, bucket, ids, queued, table } = await open(3);
		const [first, ...others] = await streamOf(table);
		await cloud.s3.send(
			new PutObjectCommand({
				Bucket: bucket,
				Key: `failures/toy/2030-01-01/${ids[0]}`,
				Body: JSON.stringify({
					reason: "InvalidMessageContents",
					record: first,
				}),
			}),
		);
		const streamArn = `arn:aws:dynamodb:us-east-1:000000000000:table/${table}/stream/1`;
		const discard = (arn: string) =>
			discardTo({
				s3: cloud.s3,
				bucket,
				mapping: "m-1",
				functionArn: "arn:aws:lambda:us-east-1:000000000000:function:forward",
				streamArn: arn,
			})({
				shard: "shard-1",
				records: others.map((record) => ({ ...record, eventSourceARN: arn })),
				condition: "RetryAttemptsExhausted",
				invocations: 3,
				functionError: false,
			});
		await discard(streamArn);
		// another provider's mapping writes into the same place
		await discard(streamArn.replace(table, "other"));
		for (const another of [day, "--since 2020-01-01 --until 2020-01-02"])
			expect((await typed(`replay --failures ${another}`)).code).toBe(3);
		const asked = await typed("replay --failures");
		expect(asked.stderr).toContain("3 records of 2 failures are sent again");
		expect(asked.code).toBe(2);
		const { code, stdout } = await typed("replay --failures --yes --json");
		expect(JSON.parse(stdout)).toMatchObject({ sent: 3, refused: [] });
		expect(code).toBe(0);
		expect((await queued(ids)).map(({ id }) => id)).toEqual(ids);
		const { Contents = [] } = await cloud.s3.send(
			new ListObjectsV2Command({ Bucket: bucket }),
		);
		expect(Contents).toHaveLength(1);
		expect((await typed("replay --failures")).code).toBe(3);
	});

	test("keeps what SQS still refuses, what cannot be read, and what is another provider's", async () => {
		const { bucket, ids, faults, table, typedWith } = await open(1);
		const [record] = await streamOf(table);
		const keys = [`toy/2030-01-01/${ids[0]}`, "toy/2030-01-01/x", "zoo/y"].map(
			(key) => `failures/${key}`,
		);
		const torn = { dynamodb: { NewImage: { id: { S: "x" } } } };
		for (const [index, Key] of keys.entries())
			await cloud.s3.send(
				new PutObjectCommand({
					Bucket: bucket,
					Key,
					Body: JSON.stringify({ record: index === 1 ? torn : record }),
				}),
			);
		faults.choose = () => ({ status: 400, code: "InvalidMessageContents" });
		const typed = typedWith({ zoo: installed({ bucket }) });
		const { code, stdout, stderr } = await typed(
			"replay --failures --provider toy --yes --json",
		);
		expect(stderr).toContain("2 records of 2 failures");
		expect(JSON.parse(stdout)).toMatchObject({
			sent: 0,
			refused: [
				{ id: ids[0], reason: "InvalidMessageContents" },
				{ id: keys[1], reason: "unreadable" },
			],
		});
		expect(code).toBe(1);
		const { Contents = [] } = await cloud.s3.send(
			new ListObjectsV2Command({ Bucket: bucket }),
		);
		expect(Contents.map(({ Key }) => Key)).toEqual(keys);
	});
});

/** A replay r-1 that was interrupted there. */
function keep(folder: string, kept: Partial<Progress>): void {
	const [since, until] = [new Date("2029-12-31"), new Date("2030-01-02")];
	openProgress(folder).write({
		replay: "r-1",
		called: `the local cloud of ${folder}`,
		rate: 50,
		filter: { since, until },
		count: 1,
		before: "",
		done: [],
		sent: 0,
		refused: [],
		...kept,
	});
}

/** A table's events as Lambda hands them on: binary values in base64. */
async function streamOf(table: string): Promise<DynamoDBRecord[]> {
	const records = await cloud.stream(table);
	return records.map(({ dynamodb, eventID }) => {
		const image = Object.entries(dynamodb?.NewImage ?? {}).map(
			([name, value]) => [
				name,
				value.B ? { B: Buffer.from(value.B).toString("base64") } : value,
			],
		);
		return { eventID, dynamodb: { NewImage: Object.fromEntries(image) } };
	});
}
