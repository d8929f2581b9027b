import {
	ChangeMessageVisibilityBatchCommand,
	type Message,
	ReceiveMessageCommand,
} from "@aws-sdk/client-sqs";
import * as z from "zod";
import { headOf } from "../../functions/inbox/event.ts";
import {
	choose,
	type Installation,
	only,
} from "../installation/installation.ts";
import { countsOf, inEngine } from "../installation/queues.ts";
import { asTrouble } from "../trouble.ts";

/** A message that no consumer could handle, as a list shows it. */
export const LetterRow = z.object({
	id: z.string().meta({ description: "the event's" }),
	provider: z.string(),
	type: z.string(),
	subject: z.string(),
	sent: z
		.string()
		.meta({ description: "to the queue, before it was given up" }),
	receives: z
		.number()
		.meta({ description: "how often anybody received it, looking included" }),
});
export type LetterRow = z.output<typeof LetterRow>;

/** One that has been received, and that nobody else sees meanwhile. */
export interface Letter extends LetterRow {
	group: string;
	message: Message;
}

// long enough for a look, short enough for whoever comes after one that was cut off
const lookSeconds = 60;
const waitSeconds = 1;

/** Receives dead letters, some at a time, until no more are handed out; while one of a group is held, SQS hands out none behind it. */
export async function* receiveLetters(
	installation: Installation,
	provider: string | undefined,
	heldSeconds = lookSeconds,
): AsyncGenerator<Letter[]> {
	for (const [name, { queues }] of choose(installation, provider)) {
		for (;;) {
			const command = new ReceiveMessageCommand({
				QueueUrl: queues.dead,
				MaxNumberOfMessages: 10,
				VisibilityTimeout: heldSeconds,
				WaitTimeSeconds: waitSeconds,
				MessageAttributeNames: ["All"],
				MessageSystemAttributeNames: ["All"],
			});
			const { Messages = [] } = await installation.clients
				.sqs()
				.send(command)
				.catch((error: unknown) => {
					throw asTrouble(error, `read the dead letters of ${name}`);
				});
			if (Messages.length === 0) break;
			yield Messages.map((message) => read(name, message));
		}
	}
}

function read(provider: string, message: Message): Letter {
	const { Body = "", Attributes = {} } = message;
	const { id, type, subject } = headIn(Body);
	return {
		id,
		provider,
		type,
		subject,
		sent: new Date(Number(Attributes.SentTimestamp)).toISOString(),
		receives: Number(Attributes.ApproximateReceiveCount),
		group: Attributes.MessageGroupId ?? "",
		message,
	};
}

/** In place of what a message that is no event does not say. */
export const noEvent = "(it is no event)";

/** Somebody else may have sent what is no event. */
function headIn(body: string): { id: string; type: string; subject: string } {
	try {
		const { id, type, subject } = headOf(body);
		return { id, type, subject };
	} catch {
		return { id: "", type: "", subject: "" };
	}
}

/** Lets everybody see them again at once. */
export async function release(
	installation: Installation,
	letters: readonly Letter[],
): Promise<void> {
	for (const [provider, own] of Map.groupBy(letters, (each) => each.provider)) {
		const { queues } = only(installation, provider);
		for (let from = 0; from < own.length; from += 10) {
			const command = new ChangeMessageVisibilityBatchCommand({
				QueueUrl: queues.dead,
				Entries: own.slice(from, from + 10).map(({ message }, index) => ({
					Id: String(index),
					ReceiptHandle: message.ReceiptHandle,
					VisibilityTimeout: 0,
				})),
			});
			await installation.clients.sqs().send(command);
		}
	}
}

/** How many there are, about. */
export async function countLetters(
	installation: Installation,
	provider: string | undefined,
): Promise<number> {
	const counts = await Promise.all(
		choose(installation, provider).map(([, { queues }]) =>
			countsOf(installation, queues.dead),
		),
	);
	return counts.reduce((sum, known) => sum + (known?.ready ?? 0), 0);
}

const mostLooked = 1000;

/** Which of these events lie in a provider's dead letters. Of a subject with many there, not all are shown by SQS at once. */
export async function amongDeadLetters(
	installation: Installation,
	provider: string,
	ids: ReadonlySet<string>,
): Promise<Set<string>> {
	const found = installation.folder
		? (await inEngine(only(installation, provider).queues.dead)).map(
				({ body }) => headIn(body),
			)
		: await lookInto(installation, provider);
	return new Set(found.map(({ id }) => id).filter((id) => ids.has(id)));
}

/** Receives them, and lets go of them: nobody waits for them. */
async function lookInto(
	installation: Installation,
	provider: string,
): Promise<Letter[]> {
	const letters: Letter[] = [];
	for await (const page of receiveLetters(installation, provider)) {
		letters.push(...page);
		if (letters.length >= mostLooked) break;
	}
	await release(installation, letters);
	return letters;
}
