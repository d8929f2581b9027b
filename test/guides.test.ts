import { spawn, spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { EventEmitter, once } from "node:events";
import { symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import {
	CreateQueueCommand,
	DeleteMessageCommand,
	ReceiveMessageCommand,
	SQSClient,
} from "@aws-sdk/client-sqs";
import { App, Duration } from "aws-cdk-lib";
import { afterAll, beforeAll, expect, test } from "vitest";
import { BillhookStack } from "../infra/stack.ts";
import { type LocalCloud, openLocalCloud } from "../local/cloud.ts";
import { openBatch } from "./support/batch-queue.ts";
import { type } from "./support/billhook.ts";
import { openDocument, shell, shellEnvironment } from "./support/document.ts";
import { configFor } from "./support/installation.ts";
import { temporaryFolder } from "./support/local-app.ts";
import { send } from "./support/sender.ts";
import type { Resource } from "./support/template.ts";

const root = join(import.meta.dirname, "..");
const { block, untried } = openDocument("docs/consumers.md");
const operations = openDocument("docs/operations.md");
const folder = temporaryFolder();
const moved = new EventEmitter();
let forwarded = 0;
let cloud: LocalCloud;
let alarms: string[];
let environment: NodeJS.ProcessEnv;
let sqs: SQSClient;

beforeAll(async () => {
	const assembly = join(folder.path, "cdk.out");
	const app = new App({ outdir: assembly });
	// with each alarm that there can be
	const finbox = { expectEvery: Duration.hours(24) };
	new BillhookStack(app, { ...configFor("local"), providers: { finbox } });
	const synthesized = app.synth().getStackByName("billhook-local");
	alarms = Object.values<Resource>(synthesized.template.Resources)
		.filter(({ Type }) => Type === "AWS::CloudWatch::Alarm")
		.map(({ Properties }) => Properties.AlarmName);
	// as in Lambda, where no package.json is around the bundles
	writeFileSync(join(assembly, "package.json"), '{ "type": "commonjs" }');
	cloud = await openLocalCloud({
		assembly,
		data: join(folder.path, ".billhook"),
		port: 0,
		onLine(_, line) {
			const logged = JSON.parse(line);
			if (logged.function === "forward") forwarded += logged.events.length;
			moved.emit("line");
		},
	});
	const { region, credentials, endpoints } = cloud.addresses;
	sqs = new SQSClient({ region, credentials, endpoint: endpoints.sqs });

	symlinkSync(join(root, "node_modules"), join(folder.path, "node_modules"));
	writeFileSync(join(folder.path, "package.json"), '{ "type": "module" }');
	const events = join(root, "functions/events.ts");
	for (const name of [
		"fetch-body.ts",
		"worker.ts",
		"handler.ts",
		"pass-on.ts",
		"worker.py",
	])
		writeFileSync(
			join(folder.path, name),
			block(`${name}\n`).replace('"billhook/events"', JSON.stringify(events)),
		);
	const { stdout } = await shell(
		`${block("AWS_ENDPOINT_URL_SQS")}\nexport QUEUE_URL; node -p 'JSON.stringify(process.env)'`,
		folder.path,
	);
	environment = { ...JSON.parse(stdout), PATH: shellEnvironment.PATH };
});

afterAll(async () => {
	sqs?.destroy();
	await cloud?.[Symbol.asyncDispose]();
	folder[Symbol.dispose]();
});

interface Extraction {
	entity: string;
	progress: "completed" | "failed";
	reason?: string;
}

/** Sends what FinBox would, and waits until all of it is on the queue. */
async function happen(...extractions: Extraction[]): Promise<void> {
	const { webhook = "" } = cloud.addresses.providers.finbox ?? {};
	const wanted = forwarded + extractions.length;
	for (const { entity, progress, reason = "" } of extractions) {
		const statement_id = `${entity}-${progress}`;
		const body = { entity_id: entity, statement_id, progress, reason };
		const answer = await send(webhook, body);
		expect(answer.headers.get("billhook-outcome")).toBe("accepted");
	}
	while (forwarded < wanted) await once(moved, "line");
}

/** Runs a command as the page says; every line it prints is told. */
function run([command = "", ...words]: string[], more: NodeJS.ProcessEnv = {}) {
	const child = spawn(command, words, {
		cwd: folder.path,
		env: { ...environment, ...more },
	});
	const output: string[] = [];
	const heard = new EventEmitter();
	for (const stream of [child.stdout, child.stderr])
		createInterface(stream).on("line", (line) => {
			output.push(line);
			heard.emit("line");
		});
	const ended = once(child, "close");
	return {
		output,
		stdin: child.stdin,
		ended,
		async seen(...wanted: RegExp[]) {
			const isSeen = (each: RegExp) => output.some((line) => each.test(line));
			while (!wanted.every(isSeen)) await once(heard, "line");
		},
		async stop() {
			child.kill("SIGTERM");
			await ended;
		},
	};
}

const invoke = `
	import { json } from "node:stream/consumers";
	import { handler } from "./handler.ts";
	console.log(JSON.stringify(await handler(await json(process.stdin), {})));
`;

const pass = `
	import { json } from "node:stream/consumers";
	import { passOn } from "./pass-on.ts";
	const { urls, bodies } = await json(process.stdin);
	for (const body of bodies) await passOn(body, urls);
`;

const boto3IsHere = spawnSync("python3", ["-c", "import boto3"]).status === 0;

// more than an inbox item holds, however well it is compressed
const large = randomBytes(200_000).toString("base64");

const workers = [["sqs-consumer", ["node", "worker.ts"]]] as [
	string,
	string[],
][];
if (boto3IsHere) workers.push(["boto3", ["python3", "worker.py"]]);

test.each(workers)(
	"with %s each event is taken, a large one too, and one that fails is not",
	async (name, command) => {
		await happen(
			{ entity: `${name}-fails`, progress: "failed" },
			{ entity: `${name}-large`, progress: "completed", reason: large },
			{ entity: `${name}-small`, progress: "completed" },
		);
		const worker = run(command);
		const took = (entity: string) =>
			new RegExp(`^took finbox.extraction.completed ${name}-${entity}$`);
		await worker.seen(/^will come again/, took("large"), took("small"));
		await worker.stop();
		expect(worker.output.filter((line) => /took .*fails/.test(line))).toEqual(
			[],
		);
	},
);

const batch = (
	[
		["fails", "one", "failed"],
		["behind", "one", "completed"],
		["other", "other", "completed"],
	] as const
).map(([id, group, progress]) => ({ id, group, body: message(id, progress) }));

function message(id: string, progress: "completed" | "failed"): string {
	const type = `finbox.extraction.${progress}`;
	const time = "2026-11-21T12:00:00.000Z";
	return JSON.stringify({
		specversion: "1.0",
		id,
		source: "/providers/finbox",
		type,
		subject: id,
		time,
		datacontenttype: "application/json",
		dataschema: `urn:billhook:schema:${type}`,
		recordedtime: time,
		partitionkey: "0123",
		via: "webhook",
		data: { entity_id: id, progress },
	});
}

test.each(workers)(
	"with %s what lies in one batch behind a failure of its subject is left for later",
	async (_, command) => {
		await using queue = await openBatch(batch);
		const worker = run(command, {
			AWS_ENDPOINT_URL_SQS: queue.url,
			QUEUE_URL: `${queue.url}/queue`,
		});
		await queue.askedAgain;
		await worker.stop();
		expect(queue.deleted).toEqual(["other"]);
	},
);

test("with Powertools a failure is reported with what waits for it, and all else is taken", async () => {
	const Records = batch.map(({ id, group, body }) => ({
		messageId: id,
		body,
		attributes: { MessageGroupId: group },
	}));
	const invoked = run(["node", "--input-type=module", "-e", invoke]);
	invoked.stdin.end(JSON.stringify({ Records }));
	await invoked.ended;
	expect(invoked.output).toEqual([
		"took finbox.extraction.completed other",
		'{"batchItemFailures":[{"itemIdentifier":"fails"},{"itemIdentifier":"behind"}]}',
	]);
});

test("an event passed on is once on each of the other queues, and its replay once more", async () => {
	const urls = await Promise.all(
		["ledger.fifo", "search.fifo"].map(async (QueueName) => {
			const Attributes = { FifoQueue: "true" };
			const made = new CreateQueueCommand({ QueueName, Attributes });
			const { QueueUrl = "" } = await sqs.send(made);
			// its host is a name that only a browser knows
			return cloud.addresses.endpoints.sqs + new URL(QueueUrl).pathname;
		}),
	);
	const body = JSON.stringify({ id: "1", partitionkey: "p" });
	const replay = JSON.stringify({ id: "1", partitionkey: "p", replay: "r" });
	const passOn = run(["node", "--input-type=module", "-e", pass]);
	passOn.stdin.end(JSON.stringify({ urls, bodies: [body, body, replay] }));
	await passOn.ended;
	expect(passOn.output).toEqual([]);
	for (const QueueUrl of urls)
		expect(await bodiesOf(QueueUrl)).toEqual([body, replay]);
});

async function bodiesOf(QueueUrl: string): Promise<string[]> {
	const bodies: string[] = [];
	for (;;) {
		const receive = new ReceiveMessageCommand({ QueueUrl });
		const { Messages: [message] = [] } = await sqs.send(receive);
		if (!message) return bodies;
		const { Body = "", ReceiptHandle } = message;
		bodies.push(Body);
		await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
	}
}

test("no block for consumers goes untried", () => {
	expect(untried()).toEqual([]);
});

test("every alarm has its section, and every section of an alarm an alarm", () => {
	const [, about = ""] = /^## Alarms$(.*?)^## /ms.exec(operations.text) ?? [];
	const sections = [...about.matchAll(/^### (.*)$/gm)].map(([, what]) => what);
	// without the providers that one alarm counts together
	const whats = alarms.map(
		(name) => /^billhook .*?: (.*?)( \(.*)?$/.exec(name)?.[1],
	);
	expect(sections.toSorted()).toEqual([...new Set(whats)].toSorted());
});

const typed = new Set(
	[...operations.text.matchAll(/^npx billhook (.+)$/gm)].map(
		([, words = ""]) => words,
	),
);

test.each([...typed])(
	"for whoever is on call, there is billhook %s",
	async (words) => {
		const environment = { BILLHOOK_DATA: join(folder.path, ".billhook") };
		const first = await type(words, { environment });
		// what acts says what it would do, and waits for a word
		const { code, stderr } = first.stderr.includes("--yes")
			? await type(`${words} --yes`, { environment })
			: first;
		// done, or nothing matched; a check finds what the consumers above have left
		const fine = words.startsWith("check") ? [0, 1] : [0, 3];
		expect(fine, stderr).toContain(code);
	},
);
