import { spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import {
	DeleteMessageCommand,
	type Message,
	ReceiveMessageCommand,
} from "@aws-sdk/client-sqs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { RunSummary } from "../../functions/polling/tally.ts";
import { usualProviders } from "../../functions/providers.ts";
import { exampleOf } from "../support/examples.ts";
import { allows, type Call, type Statement } from "../support/judge.ts";
import { openMotoCloud } from "../support/moto.ts";
import { send } from "../support/sender.ts";

const isHere = spawnSync("moto_server", ["--help"]).status === 0;

describe.runIf(isHere)(
	"on moto, where it is found",
	{ timeout: 60_000 },
	() => {
		let cloud: Awaited<ReturnType<typeof openMotoCloud>>;
		beforeAll(async () => {
			cloud = await openMotoCloud();
		});
		afterAll(() => cloud?.[Symbol.asyncDispose]());

		const own = (name: string) => {
			const found = cloud.providers[name];
			if (!found) throw new Error(`${name} is not installed.`);
			return found;
		};

		test.each(usualProviders)(
			"every example of $name is on its queue once",
			async (provider) => {
				const { name } = provider;
				const { deliveries, headers } = exampleOf(provider);
				for (const { title, body, path, event } of deliveries) {
					const behind = provider.path.map((segment) => `/${path?.[segment]}`);
					const url = own(name).webhook + behind.join("");
					const answer = await send(url, body, headers);
					const outcome = answer.headers.get("billhook-outcome");
					if (event)
						expect([title, answer.status, outcome]).toEqual([
							title,
							200,
							"accepted",
						]);
				}
				const wanted = deliveries.flatMap(({ event }) => event ?? []);
				const messages = await drain(own(name).queueUrl, wanted.length);
				const told = ({ type, subject }: { type: string; subject: string }) =>
					`${type} of ${subject}`;
				const events = messages.map(({ Body = "" }) => JSON.parse(Body));
				expect(events.map(told).sort()).toEqual(wanted.map(told).sort());
				for (const [index, { id, type, traceparent }] of events.entries()) {
					const { MessageAttributes, Attributes } = messages[index] ?? {};
					const text = (StringValue: string) => ({
						DataType: "String",
						StringValue,
					});
					expect(MessageAttributes).toEqual({
						type: text(type),
						via: text("webhook"),
						traceparent: text(traceparent),
					});
					expect(Attributes).toMatchObject({
						MessageDeduplicationId: id,
						MessageGroupId: expect.stringMatching(/./),
					});
				}
			},
		);

		test("data too large for an item goes by way of the bucket", async () => {
			const body = {
				session_id: "large",
				event_name: "LARGE_SESSION",
				blob: randomBytes(200_000).toString("hex"),
			};
			const { headers } = exampleOf({ name: "finbox" });
			const { webhook, queueUrl } = own("finbox");
			expect((await send(webhook, body, headers)).status).toBe(200);
			const [message] = await drain(queueUrl, 1);
			expect(JSON.parse(message?.Body ?? "")).toHaveProperty("dataref");
		});

		test.each(usualProviders.filter(({ poll }) => poll?.watches))(
			"a watch of $name is started, listed, polled for and stopped",
			async ({ name }) => {
				const url = `${cloud.api}/watches/${name}`;
				const request = { subject: "watched" };
				expect((await send(url, request)).status).toBe(201);
				expect(await (await fetch(url)).json()).toMatchObject({
					watches: expect.arrayContaining([expect.objectContaining(request)]),
				});
				expect((await poll(name)).requests).toBeGreaterThan(0);
				const stop = () =>
					fetch(`${url}?subject=watched`, { method: "DELETE" });
				expect((await stop()).status).toBe(204);
				expect((await stop()).status).toBe(404);
			},
		);

		test.each(usualProviders.filter(({ poll }) => poll && !poll.watches))(
			"a poll of $name asks the simulator",
			async ({ name }) => {
				const { requests, failed } = await poll(name);
				expect({ asked: requests > 0, failed }).toEqual({
					asked: true,
					failed: 0,
				});
			},
		);

		test("what no webhook has brought is on the queue after a poll", async () => {
			const { marosa = "" } = cloud.simulators;
			const documentId = "polled";
			await send(`${marosa}/_control/create`, { documentId });
			await send(`${marosa}/_control/setStatus`, {
				documentId,
				currentStatus: "OK",
			});
			await send(`${cloud.api}/watches/marosa`, { subject: documentId });
			expect((await poll("marosa")).recorded).toBe(1);
			const [message] = await drain(own("marosa").queueUrl, 1);
			expect(message?.MessageAttributes?.via?.StringValue).toBe("poll");
		});

		async function poll(name: string): Promise<RunSummary> {
			const response = await fetch(own(name).poll ?? "", { method: "POST" });
			const summary = (await response.json()) as RunSummary;
			const { status } = response;
			expect([status, summary.settings]).toEqual([200, undefined]);
			return summary;
		}

		test("every call is one that the caller's role allows", () => {
			const calls = cloud.calls();
			const refused = calls.filter((call) => !allows(policyOf(call), call));
			expect(refused).toEqual([]);
			const callers = new Set(calls.map(({ caller }) => caller));
			expect([...callers].sort()).toEqual([...cloud.policies.keys()].sort());
		});

		test("a call that is not allowed would be seen", () => {
			const wrong: Call[] = [];
			for (const call of cloud.calls()) {
				const less = policyOf(call).map((statement) => ({
					...statement,
					Action: [statement.Action]
						.flat()
						.filter((one) => one !== call.action),
				}));
				if (allows(less, call)) wrong.push(call);
				const owner = ownerOf(call.caller);
				for (const [caller, others] of cloud.policies)
					if (owner && ownerOf(caller) && ownerOf(caller) !== owner)
						if (allows(others, call)) wrong.push({ ...call, caller });
				const isPoll = /Poll[0-9A-F]{8}$/.test(call.caller);
				if (isPoll || !/Watches[0-9A-F]{8}$/.test(call.resource)) continue;
				const token = { ...call, leadingKeys: ["watch#1", "token#1"] };
				if (allows(policyOf(call), token)) wrong.push(token);
			}
			expect(wrong).toEqual([]);
		});

		function policyOf({ caller }: Call): readonly Statement[] {
			return cloud.policies.get(caller) ?? [];
		}

		async function drain(QueueUrl: string, wanted: number): Promise<Message[]> {
			const messages: Message[] = [];
			for (;;) {
				const { Messages = [] } = await cloud.sqs.send(
					new ReceiveMessageCommand({
						QueueUrl,
						MaxNumberOfMessages: 10,
						MessageAttributeNames: ["All"],
						MessageSystemAttributeNames: ["All"],
						WaitTimeSeconds: messages.length < wanted ? 20 : 0,
					}),
				);
				if (Messages.length === 0) return messages;
				messages.push(...Messages);
				for (const { ReceiptHandle } of Messages)
					await cloud.sqs.send(
						new DeleteMessageCommand({ QueueUrl, ReceiptHandle }),
					);
			}
		}
	},
);

function ownerOf(name: string): string | undefined {
	return usualProviders.find((provider) => name.includes(provider.name))?.name;
}
