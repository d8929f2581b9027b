import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import {
	DeleteMessageCommand,
	DeleteQueueCommand,
	ReceiveMessageCommand,
	SendMessageCommand,
	SQSClient,
} from "@aws-sdk/client-sqs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { DeliveryRow } from "../../ops/installation/deliveries.ts";
import { Checked } from "../../ops/story/check.ts";
import { Moment } from "../../ops/story/moment.ts";
import { damage } from "../support/damage.ts";
import { exampleOf } from "../support/examples.ts";
import { openRunning } from "../support/running.ts";

let here: Awaited<ReturnType<typeof openRunning>>;
let sqs: SQSClient;
let dynamodb: DynamoDBClient;

beforeAll(async () => {
	here = await openRunning(["dealpos", "finbox"]);
	const { region, credentials, endpoints } = here.addresses;
	sqs = new SQSClient({
		region,
		credentials: { ...credentials },
		endpoint: endpoints.sqs,
	});
	dynamodb = new DynamoDBClient({
		region,
		credentials: { ...credentials },
		endpoint: endpoints.dynamodb,
	});
});
afterAll(async () => {
	sqs?.destroy();
	dynamodb?.destroy();
	await here?.[Symbol.asyncDispose]();
});

async function post(url: string, body: unknown, headers = {}) {
	const answer = await fetch(url, {
		method: "POST",
		headers: { "content-type": "application/json", ...headers },
		body: JSON.stringify(body),
	});
	await answer.arrayBuffer();
	return answer.headers.get("billhook-outcome");
}

const statement = (entity: string, reason = "") => ({
	entity_id: entity,
	statement_id: "s-1",
	link_id: null,
	progress: "completed",
	reason,
});

const finbox = () => here.own("finbox").webhook;

async function why(word: string, more = "") {
	const typed = await here.typed(`why ${word} ${more} --json`);
	const moments = typed.lines.map((line) => Moment.parse(JSON.parse(line)));
	return {
		code: typed.code,
		stderr: typed.stderr,
		moments,
		told: moments.map(({ what, says }) => `${what}: ${says}`),
	};
}

const saying = (text: string) => expect.stringContaining(text);

const checked = async (provider: string) => {
	const { code, stdout } = await here.typed(`check ${provider} --json`);
	return { code, row: Checked.parse(JSON.parse(stdout)) };
};

test("billhook check finds nothing broken in what has just been installed", async () => {
	const { code, lines } = await here.typed("check");
	expect(lines).toHaveLength(2);
	expect(lines[1]).toMatch(/^finbox +good +registration: no webhook has/);
	expect(code).toBe(0);
	const { row } = await checked("finbox");
	expect(row).toMatchObject({
		good: true,
		proofs: { state: "good", says: "the token alone" },
		credentials: { state: "good" },
		queue: { says: "empty" },
		lag: { says: "no event for 7 days" },
	});
});

describe("billhook why", () => {
	test("of a wrong token: who was turned away meanwhile, for the body was not read", async () => {
		const wrong = finbox().replace(/[^/]+$/, "x".repeat(43));
		expect(await post(wrong, statement("e-token"))).toBe("refused");
		const { code, told, stderr } = await why("e-token");
		expect(stderr).toContain("Nothing is known of e-token in the local cloud");
		expect(told).toContainEqual(
			saying("1 delivery of this provider turned away: a wrong token"),
		);
		expect(code).toBe(3);
	});

	test("of a failed proof: it lies in quarantine, unproven", async () => {
		const file = here.own("finbox").settings;
		const settings = readFileSync(file, "utf8");
		const webhookSecretKey = "a-key-of-this-test";
		writeFileSync(
			file,
			JSON.stringify({ ...JSON.parse(settings), webhookSecretKey }),
		);
		const headers = { "x-secret-key": "another" };
		expect(await post(finbox(), statement("e-proof"), headers)).toBe(
			"quarantined",
		);
		writeFileSync(file, settings);
		const { code, told } = await why("e-proof");
		expect(told).toContainEqual(
			saying(
				"quarantined: a delivery that speaks of it lies in quarantine, unproven",
			),
		);
		expect(told.join()).not.toContain("another");
		expect(code).toBe(0);
	});

	test("of what could not be read: which field, and why", async () => {
		const body = { ...statement("e-shape"), progress: 5 };
		expect(await post(finbox(), body)).toBe("quarantined");
		const { code, told, moments } = await why("e-shape");
		expect(told).toContainEqual(
			saying("lies in quarantine, invalid; progress:"),
		);
		expect(code).toBe(0);
		const { id = "" } =
			moments.find((moment) => moment.what === "quarantined") ?? {};
		const entry = await why(id);
		expect(entry.told.at(-1)).toContain(`billhook quarantine retry ${id}`);
		expect(entry.told).toContainEqual(saying("answered 422 quarantined"));
	});

	test("of a duplicate, forwarded and not consumed: each delivery, and that it waits; of one consumed, that it was taken", async () => {
		expect(await post(finbox(), statement("e-twice"))).toBe("accepted");
		expect(await post(finbox(), statement("e-twice"))).toBe("duplicate");
		const { id } = await eventOf("e-twice");
		await here.logged('"function":"forward"', id);
		const { code, told, moments } = await why("e-twice");
		expect(told).toEqual([
			saying(
				"delivery: finbox.extraction.completed, news; answered 200 accepted",
			),
			saying("recorded: finbox.extraction.completed, via webhook"),
			saying(
				"delivery: finbox.extraction.completed, a duplicate: known already; answered 200 duplicate",
			),
			saying("forwarded: finbox.extraction.completed, to the queue"),
			saying("perhaps waiting still: "),
		]);
		expect(new Set(moments.map((moment) => moment.id))).toEqual(new Set([id]));
		expect(code).toBe(0);
		const lived = await received();
		await take("finbox");
		expect((await why("e-twice")).told.at(-1)).toContain(
			"and taken: the queue is empty",
		);
		const people = await here.typed("why e-twice");
		expect(people.lines).toHaveLength(moments.length);
		expect(people.stdout).toContain(`to the queue  (${id})\n`);
		// by its id as well
		expect((await why(id)).moments).toHaveLength(moments.length);
		// nobody received but the consumer
		expect(lived).toBe(0);
	});

	test("of a conflict: known, with other content", async () => {
		await post(finbox(), statement("e-conflict"));
		expect(await post(finbox(), statement("e-conflict", "other"))).toBe(
			"quarantined",
		);
		const { told } = await why("e-conflict");
		expect(told).toContainEqual(
			saying("a conflict: known, with other content; answered 200"),
		);
		expect(told).toContainEqual(
			saying("quarantined: kept in quarantine, conflict"),
		);
	});

	test("of a dead letter: that no consumer could handle it", async () => {
		await take("finbox");
		await post(finbox(), statement("e-dead"));
		const { id } = await eventOf("e-dead");
		await here.logged('"function":"forward"', id);
		await take("finbox", { into: here.own("finbox").deadLetterQueueUrl });
		const { told } = await why("e-dead");
		expect(told.at(-1)).toContain("in the dead letters");
		// looked at, and there as before
		expect((await why("e-dead")).told.at(-1)).toContain("in the dead letters");
	});

	test("of an event whose envelope cannot be read: that it was recorded, and that nothing can send it", async () => {
		await post(finbox(), statement("e-torn"));
		const { id } = await eventOf("e-torn");
		await here.logged('"function":"forward"', id);
		await damage(dynamodb, here.own("finbox").inbox, id);
		for (const word of ["e-torn", id]) {
			const { code, told } = await why(word);
			expect(told).toContainEqual(saying("news; answered 200 accepted"));
			expect(told).toContainEqual(
				saying("via webhook; its envelope in the inbox cannot be read"),
			);
			expect(told).toContainEqual(saying("forwarded: "));
			expect(code).toBe(0);
		}
	});

	test("of a webhook that was lost: that the poll brought it", async () => {
		const { credentials = "", poll = "" } = here.own("dealpos");
		const { apiUrl } = JSON.parse(readFileSync(credentials, "utf8"));
		const act = (name: string, body: unknown) =>
			fetch(`${apiUrl}/_control/${name}`, {
				method: "POST",
				body: JSON.stringify(body),
			});
		await act("webhooks", { fate: "drop" });
		await act("pay", { ID: "p-lost", Amount: 5 });
		expect((await why("p-lost")).told.join()).toContain("the poll");
		await fetch(poll, { method: "POST" });
		await here.logged('"function":"forward"', (await eventOf("p-lost")).id);
		const { told } = await why("p-lost");
		expect(told).toContainEqual(
			saying(
				"polled: the poll found dealpos.payment.created, which no webhook had brought",
			),
		);
		expect(told).toContainEqual(saying("via poll"));
	});

	test("of what is recorded and cannot be forwarded: what the queue says", async () => {
		const { queueUrl: QueueUrl, webhook } = here.own("dealpos");
		await sqs.send(new DeleteQueueCommand({ QueueUrl }));
		const [{ body } = {}] = exampleOf({ name: "dealpos" }).deliveries;
		const payment = { ...Object(body), ID: "p-stuck" };
		expect(await post(`${webhook}/payment/created`, payment)).toBe("accepted");
		await here.logged('"held"');
		const { told } = await why("p-stuck");
		expect(told.at(-1)).toContain(
			"recorded and not forwarded: the queue does not take what is at the head (QueueDoesNotExist)",
		);
		expect(told).toContainEqual(saying("held: "));
	});

	test("of what never came: that it is not watched, or when it is asked about next", async () => {
		const nothing = await why("e-never", "--provider finbox");
		expect(nothing.code).toBe(3);
		expect(nothing.told.at(-1)).toContain("the subject is not watched");
		const { api } = here.addresses;
		await post(`${api}/watches/finbox`, { subject: "e-never" });
		const { told } = await why("e-never", "--provider finbox");
		expect(told).toContainEqual(saying("now: watched (link) until "));
		expect(told).toContainEqual(saying("watched: a watch was asked for (201)"));
	});
});

describe("billhook check", () => {
	test("names what is broken, and the command that mends it", async () => {
		const { code, lines } = await here.typed("check finbox");
		expect(lines.join()).toContain(
			"registration: 1 deliveries of the last day had a wrong token → billhook urls finbox",
		);
		expect(lines.join()).toContain(
			"queue: at least 1 in the dead letters → billhook dead-letters redrive --provider finbox",
		);
		expect(code).toBe(1);
		const { row } = await checked("dealpos");
		expect(row).toMatchObject({
			good: false,
			registration: { state: "good" },
			poll: { state: "good" },
			queue: { state: "bad", says: "a queue is gone: deploy again" },
			lag: { state: "bad", says: saying("QueueDoesNotExist") },
		});
	});

	test("names the settings that nobody declared", async () => {
		const file = here.own("finbox").settings;
		const settings = readFileSync(file, "utf8");
		writeFileSync(file, settings.replace("{", '{"webhookSecretKay":"x",'));
		await post(finbox(), statement("e-settings"));
		writeFileSync(file, settings);
		const { row } = await checked("finbox");
		expect(row.proofs).toMatchObject({
			state: "bad",
			says: saying("webhookSecretKay"),
		});
		// the next delivery finds them right
		await post(finbox(), statement("e-settings"));
		expect((await checked("finbox")).row.proofs.state).toBe("good");
	});
});

test("billhook listen posts what came since then and what comes, each once and in order, and waits for its listener", async () => {
	const stop = new AbortController();
	const bodies: { id: string; subject: string }[] = [];
	const types = new Set<string | undefined>();
	let arrived = Promise.withResolvers<void>();
	const server = createServer(async (request, response) => {
		types.add(request.headers["content-type"]);
		bodies.push(JSON.parse(await text(request)));
		response.end();
	});
	const printed: string[] = [];
	const until = async (subject: string) => {
		while (!printed.some((line) => line.includes(subject)))
			await arrived.promise;
	};
	server.listen(0, "127.0.0.1");
	await once(server, "listening");
	const { port } = server.address() as AddressInfo;
	const listening = here.typed(
		`listen http://127.0.0.1:${port}/events --provider finbox --since 1h`,
		{
			signal: stop.signal,
			onLine(line) {
				printed.push(line);
				arrived.resolve();
				arrived = Promise.withResolvers();
			},
		},
	);
	await until("e-dead");
	// two more looks, each of which meets the earlier events again
	for (const subject of ["e-live-1", "e-live-2"]) {
		await post(finbox(), statement(subject));
		await until(subject);
	}
	stop.abort();
	const { code, lines, stderr } = await listening;
	server.close();
	const { lines: listed } = await here.typed("events --provider finbox --json");
	const rows = listed.map((line) => JSON.parse(line)).reverse();
	const recorded = rows.filter((row) => !row.unreadable).map(({ id }) => id);
	const torn = rows.find((row) => row.unreadable);
	expect(stderr).toContain(`${torn?.id} is not posted: its envelope`);
	expect(bodies.map(({ id }) => id)).toEqual(recorded);
	expect([...types]).toEqual(["application/cloudevents+json"]);
	expect(lines).toHaveLength(bodies.length);
	expect(code).toBe(0);
});

test("billhook tail tells what was logged since then, and what is logged, each once", async () => {
	const stop = new AbortController();
	const told: string[] = [];
	let arrived = Promise.withResolvers<void>();
	const tailing = here.typed("tail --since 1h --json", {
		signal: stop.signal,
		onLine(line) {
			told.push(line);
			arrived.resolve();
			arrived = Promise.withResolvers();
		},
	});
	const until = async (words: string) => {
		while (!told.some((line) => line.includes(words))) await arrived.promise;
	};
	await until("answered 404 refused, token");
	for (const method of ["PUT", "PATCH"]) {
		await fetch(finbox(), { method });
		await until("answered 405 refused, method");
	}
	stop.abort();
	expect((await tailing).code).toBe(0);
	const moments = told.map((line) => Moment.parse(JSON.parse(line)));
	expect(new Set(told).size).toBe(told.length);
	const whats = new Set(moments.map(({ what }) => what));
	for (const what of ["delivery", "forwarded", "polled", "quarantined", "held"])
		expect(whats).toContain(what);
});

describe("billhook deliveries", () => {
	const rows = async (words: string) => {
		const { lines } = await here.typed(`deliveries ${words} --json`);
		return lines.map((line) => DeliveryRow.parse(JSON.parse(line)));
	};

	test("lists what arrived, refused deliveries included", async () => {
		const refused = await rows("--provider finbox --outcome refused");
		expect(refused[0]).toMatchObject({
			outcome: "refused",
			status: 404,
			reason: "token",
			quarantine: [],
		});
		const kept = await rows("--provider finbox --outcome quarantined");
		expect(kept.map(({ reason }) => reason)).toEqual([
			"unproven",
			"invalid",
			"conflict",
		]);
		const { lines } = await here.typed("deliveries --provider finbox");
		expect(lines.join("\n")).toMatch(/quarantined 422 .* invalid; progress: /);
	});

	test("finds a subject's by its hash, and names none", async () => {
		const twice = await rows("--subject e-twice");
		const { id } = await eventOf("e-twice");
		expect(twice.map(({ outcome }) => outcome)).toEqual([
			"accepted",
			"duplicate",
		]);
		expect(twice.map((row) => row.id)).toEqual([id, id]);
		expect(JSON.stringify(twice)).not.toContain("e-twice");
		expect(await rows("--type dealpos.payment.*")).toMatchObject([
			{ provider: "dealpos", type: "dealpos.payment.created" },
		]);
		const unknown = await here.typed("deliveries --outcome refusd");
		expect(unknown.stderr).toContain("is refused meant?");
	});
});

async function eventOf(subject: string): Promise<{ id: string }> {
	const { stdout } = await here.typed(`events --subject ${subject} --json`);
	return JSON.parse(stdout);
}

/** How often anything on the queue has been received. */
async function received(): Promise<number> {
	const { queueUrl } = here.own("finbox");
	const name = queueUrl.split("/").at(-1);
	const answer = await fetch(
		`${new URL(queueUrl).origin}/_fauxqs/queues/${name}`,
	);
	const { messages } = (await answer.json()) as {
		messages: { ready: { approximateReceiveCount: number }[] };
	};
	return Math.max(
		...messages.ready.map(
			({ approximateReceiveCount }) => approximateReceiveCount,
		),
	);
}

/** A consumer that takes all there is; or one that never deletes, in short. */
async function take(
	provider: string,
	{ into }: { into?: string } = {},
): Promise<void> {
	const QueueUrl = here.own(provider).queueUrl;
	for (;;) {
		const { Messages = [] } = await sqs.send(
			new ReceiveMessageCommand({
				QueueUrl,
				MaxNumberOfMessages: 10,
				WaitTimeSeconds: 0,
			}),
		);
		if (Messages.length === 0) return;
		for (const { Body, ReceiptHandle } of Messages) {
			if (into)
				await sqs.send(
					new SendMessageCommand({
						QueueUrl: into,
						MessageBody: Body,
						MessageGroupId: "group",
						MessageDeduplicationId: randomUUID(),
					}),
				);
			await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
		}
	}
}
