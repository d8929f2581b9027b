import { spawnSync } from "node:child_process";
import {
	CloudWatchClient,
	PutMetricDataCommand,
} from "@aws-sdk/client-cloudwatch";
import {
	CloudWatchLogsClient,
	CreateLogGroupCommand,
	CreateLogStreamCommand,
	PutLogEventsCommand,
	PutRetentionPolicyCommand,
} from "@aws-sdk/client-cloudwatch-logs";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { CreateBucketCommand, S3Client } from "@aws-sdk/client-s3";
import {
	CreateSecretCommand,
	SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import {
	CreateQueueCommand,
	SendMessageCommand,
	SQSClient,
} from "@aws-sdk/client-sqs";
import { PutParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { openInbox } from "../../functions/aws/inbox.ts";
import { openPayloads } from "../../functions/aws/payloads.ts";
import { openDynamoDb } from "../../functions/aws/sdk/dynamodb.ts";
import { openS3 } from "../../functions/aws/sdk/s3.ts";
import { once } from "../../functions/inbox/identity.ts";
import { record } from "../../functions/inbox/record.ts";
import { newTraceparent } from "../../functions/inbox/traceparent.ts";
import { linesOf, type Said } from "../../functions/log/line.ts";
import { subjectHash } from "../../functions/log/subject-hash.ts";
import { openTable } from "../../local/engines/tables.ts";
import { installed, type } from "../support/billhook.ts";
import { startMoto } from "../support/moto-server.ts";

const isHere = spawnSync("moto_server", ["--help"]).status === 0;
const region = "eu-west-1";
const subjectKey = "the-key-of-an-installation";
const large = JSON.stringify({ blob: "y".repeat(1_200_000) });

describe.runIf(isHere)("on moto, where it is found, as in AWS", () => {
	const stack = new AsyncDisposableStack();
	const before = { ...process.env };
	const ids: Record<string, string> = {};
	let clients: ReturnType<typeof openClients>;
	let queueUrl: string;
	let deadUrl: string;

	beforeAll(async () => {
		const endpoint = await startMoto(stack);
		// found as a person's own: by the environment, and the SSM parameter
		Object.assign(process.env, {
			AWS_ENDPOINT_URL: endpoint,
			AWS_REGION: region,
			AWS_ACCESS_KEY_ID: "test",
			AWS_SECRET_ACCESS_KEY: "test",
		});
		for (const name of Object.keys(process.env))
			if (name.startsWith("AWS_ENDPOINT_URL_")) delete process.env[name];
		clients = openClients();
		await install();
	});
	afterAll(async () => {
		for (const client of Object.values(clients ?? {})) client.destroy();
		process.env = before;
		await stack.disposeAsync();
	});

	function openClients() {
		return {
			dynamodb: new DynamoDBClient(),
			logs: new CloudWatchLogsClient(),
			metrics: new CloudWatchClient(),
			s3: new S3Client({ forcePathStyle: true }),
			secrets: new SecretsManagerClient(),
			sqs: new SQSClient({ useQueueUrlAsEndpoint: false }),
			ssm: new SSMClient(),
		};
	}

	async function install(): Promise<void> {
		const { dynamodb, logs, s3, secrets, sqs, ssm } = clients;
		const tables = inject("tables");
		await openTable(dynamodb, { ...tables.inbox, ref: "inbox" });
		await openTable(dynamodb, { ...tables.watches, ref: "watches" });
		await s3.send(
			new CreateBucketCommand({
				Bucket: "bodies",
				CreateBucketConfiguration: { LocationConstraint: region },
			}),
		);
		const queue = async (QueueName: string) => {
			const Attributes = { FifoQueue: "true" };
			const made = await sqs.send(
				new CreateQueueCommand({ QueueName, Attributes }),
			);
			return made.QueueUrl ?? "";
		};
		queueUrl = await queue("events.fifo");
		deadUrl = await queue("dead.fifo");
		const { ARN: webhook = "" } = await secrets.send(
			new CreateSecretCommand({
				Name: "webhook",
				SecretString: JSON.stringify({
					token: "t".repeat(43),
					signingKey: "k",
				}),
			}),
		);
		const { ARN: api = "" } = await secrets.send(
			new CreateSecretCommand({ Name: "api", SecretString: "{}" }),
		);
		await ssm.send(
			new PutParameterCommand({
				Name: "/billhook/prod/acme",
				Type: "String",
				Value: JSON.stringify(
					installed({
						api: "https://abc.execute-api.eu-west-1.amazonaws.com",
						hook: "/hooks/acme/{token}",
						tables: { inbox: "inbox", watches: "watches" },
						queues: { events: queueUrl, dead: deadUrl },
						bucket: "bodies",
						log: "acme-log",
						subjectKey,
						secrets: { webhook, api },
						functions: { webhook: "w", forward: "f", poll: "p" },
					}),
				),
			}),
		);
		await logs.send(new CreateLogGroupCommand({ logGroupName: "acme-log" }));
		await logs.send(
			new PutRetentionPolicyCommand({
				logGroupName: "acme-log",
				retentionInDays: 30,
			}),
		);
		await logs.send(
			new CreateLogStreamCommand({
				logGroupName: "acme-log",
				logStreamName: "one",
			}),
		);
		for (const subject of ["taken", "waiting", "dead"])
			ids[subject] = await put(subject, JSON.stringify({ of: subject }));
		ids.large = await put("large", large);
		const said = Object.entries(ids).flatMap(([subject, id]) => [
			delivered(subject, id, "new"),
			handedOn(subject, id),
		]);
		await log(
			...said,
			delivered("taken", ids.taken ?? "", "repeat"),
			refused(),
			polled(),
		);
	}

	async function put(subject: string, text: string): Promise<string> {
		const now = new Date();
		const { id = "" } = await record(
			{
				provider: "acme",
				via: "webhook",
				observation: { type: "bill.paid", subject, identity: once(subject) },
				text,
				traceparent: newTraceparent(),
			},
			{
				inbox: openInbox({ table: "inbox", dynamodb: openDynamoDb() }),
				payloads: openPayloads({
					bucket: "bodies",
					provider: "acme",
					s3: openS3(),
				}),
				now: () => now,
				deadline: new Date(now.getTime() + 60_000),
				retentionDays: 400,
			},
		);
		return id;
	}

	const named = (subject: string, id: string) => ({
		id,
		type: "acme.bill.paid",
		subject: subjectHash(subject, subjectKey),
	});

	const delivered = (
		subject: string,
		id: string,
		outcome: "new" | "repeat",
	): Said["said"] => ({
		function: "webhook",
		requestId: `${subject}-${outcome}`,
		traceparent: newTraceparent(),
		outcome: outcome === "new" ? "accepted" : "duplicate",
		status: 200,
		method: "POST",
		bytes: 2,
		events: [{ ...named(subject, id), outcome }],
	});

	const refused = (): Said["said"] => ({
		function: "webhook",
		requestId: "refused",
		traceparent: newTraceparent(),
		outcome: "refused",
		status: 404,
		method: "POST",
		bytes: 2,
		reason: "token",
	});

	const handedOn = (subject: string, id: string): Said["said"] => ({
		function: "forward",
		requestId: `forward-${subject}`,
		events: [named(subject, id)],
	});

	const polled = (): Said["said"] => ({
		function: "poll",
		requestId: "poll",
		requests: 0,
		observed: 0,
		recorded: 0,
		recovered: 0,
		known: 0,
		stale: 0,
		failed: 0,
		expired: 0,
		ended: 0,
		refused: 0,
		skipped: "not configured",
		next: null,
	});

	/** Logs lines as the functions write them, among Lambda's own. */
	async function log(...said: Said["said"][]): Promise<void> {
		const now = new Date();
		const common = { stage: "prod", provider: "acme", now, metrics: {} };
		const lines = said.flatMap((one) => linesOf({ ...common, said: one }));
		await clients.logs.send(
			new PutLogEventsCommand({
				logGroupName: "acme-log",
				logStreamName: "one",
				logEvents: ["START RequestId: 1", ...lines].map((message) => ({
					message,
					timestamp: now.getTime(),
				})),
			}),
		);
	}

	const rows = async (words: string) => {
		const { lines } = await type(`${words} --json`);
		return lines.map((line) => JSON.parse(line));
	};

	test("events, show and urls find what is deployed", async () => {
		const { stdout } = await type("urls --stage prod");
		expect(stdout).toContain("/hooks/acme/ttt");
		const events = await rows("events --stage prod");
		expect(events.map(({ subject }) => subject)).toEqual([
			"large",
			"dead",
			"waiting",
			"taken",
		]);
		const { stdout: raw } = await type(`show ${ids.large} --raw --since 1h`);
		expect(raw === large).toBe(true);
		expect((await type("events --subject waiting --count")).stdout).toBe("1\n");
		const { stderr } = await type("events --stage other");
		expect(stderr).toContain("There is no installation of stage other here.");
	});

	test("trigger makes nothing up in a deployed stage", async () => {
		const { code, stderr } = await type("trigger acme --stage prod");
		expect(stderr).toContain("a made-up event is a false one");
		expect(code).toBe(2);
	});

	test("deliveries are read from CloudWatch Logs", async () => {
		expect(await rows("deliveries")).toHaveLength(6);
		expect(await rows("deliveries --outcome refused")).toMatchObject([
			{ reason: "token", request: "refused" },
		]);
		expect(await rows("deliveries --subject taken")).toMatchObject([
			{ outcome: "accepted", id: ids.taken },
			{ outcome: "duplicate", id: ids.taken },
		]);
	});

	test("why asks the queue's metric for the age of its oldest message, and looks among the dead letters", async () => {
		const last = async (subject: string) =>
			(await rows(`why ${subject}`)).at(-1).says;
		expect(await last("taken")).toContain("taken: the queue is empty");
		await clients.sqs.send(
			new SendMessageCommand({
				QueueUrl: queueUrl,
				MessageBody: JSON.stringify({ id: ids.waiting }),
				MessageGroupId: "one",
				MessageDeduplicationId: "one",
			}),
		);
		expect(await last("waiting")).toContain("nobody knows since when");
		const age = (ageSeconds: number, Timestamp: Date) =>
			clients.metrics.send(
				new PutMetricDataCommand({
					Namespace: "AWS/SQS",
					MetricData: [
						{
							MetricName: "ApproximateAgeOfOldestMessage",
							Dimensions: [{ Name: "QueueName", Value: "events.fifo" }],
							Timestamp,
							Value: ageSeconds,
						},
					],
				}),
			);
		await age(600, new Date(Date.now() - 120_000));
		expect(await last("waiting")).toContain("perhaps waiting still: 1 wait");
		await clients.sqs.send(
			new SendMessageCommand({
				QueueUrl: deadUrl,
				MessageBody: JSON.stringify({ id: ids.dead }),
				MessageGroupId: "one",
				MessageDeduplicationId: "one",
			}),
		);
		expect(await last("dead")).toContain("in the dead letters");
		expect(await last("dead")).toContain("in the dead letters");
		const nothing = await type("why nobody-knows-it");
		expect(nothing.stdout).toContain("turned away: a wrong token");
		expect(nothing.stdout).toContain("the poll asked nothing at");
		expect(nothing.code).toBe(3);
		const early = await type("why taken");
		expect(early.stderr).toContain("The log reaches back to ");
	});

	test("check looks at all of it", async () => {
		const [row] = await rows("check");
		expect(row).toMatchObject({
			provider: "acme",
			good: false,
			registration: { state: "bad" },
			proofs: { state: "good", says: "signingKey" },
			credentials: { state: "off" },
			poll: { state: "off" },
			queue: { state: "bad" },
			lag: { state: "good" },
		});
	});

	test("tail and listen go on with what comes", async () => {
		const stop = new AbortController();
		const { signal } = stop;
		const tailing = type("tail --since 1h", {
			signal,
			onLine(line) {
				if (line.includes("answered 404 refused")) stop.abort();
			},
		});
		expect((await tailing).code).toBe(0);
		expect((await type("listen http://10.0.0.1/")).code).toBe(2);
	});

	test("what was sent again stands in CloudWatch Logs, and why tells it", async () => {
		const { code } = await type(`replay ${ids.taken} --since 1h --yes`);
		expect(code).toBe(0);
		const told = (await rows("why taken")).filter(
			({ what }) => what === "replayed",
		);
		expect(told).toMatchObject([{ id: ids.taken }]);
	});
});
