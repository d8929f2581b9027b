import { DeleteMessageCommand, SendMessageCommand } from "@aws-sdk/client-sqs";
import * as z from "zod";
import { defineCommand } from "../command/command.ts";
import { askConsent, yesOption } from "../command/consent.ts";
import { idsOption, readIds } from "../command/ids.ts";
import { findInstallation, installationOptions } from "../installation/find.ts";
import { type Installation, only } from "../installation/installation.ts";
import { openNotes } from "../installation/note.ts";
import { redriveInOrder } from "./in-order.ts";
import {
	countLetters,
	type Letter,
	noEvent,
	receiveLetters,
	release,
} from "./letters.ts";

const Result = z.object({
	redriven: z.number(),
	failed: z.array(z.object({ id: z.string(), reason: z.string() })),
	held: z.number().meta({
		description: "left behind one that failed, of the same subject",
	}),
});

// what is sent and not yet deleted must not be seen by another
const heldSeconds = 300;
const sampled = 3;

export default defineCommand({
	name: "dead-letters redrive",
	summary: "sends dead letters to their queue once more",
	description: `Each is received, sent with the group it had, and deleted: of one subject they stay in order, and what is
behind one that cannot be sent stays where it is. Mend the consumer first, or they come back. A consumer that
is idempotent by id is not troubled by one that it had handled after all.`,
	arguments: [{ name: "[<id …>]", says: "these events'; else all" }],
	options: {
		...installationOptions,
		provider: { type: "string", value: "<name>", says: "of this provider" },
		...idsOption,
		...yesOption,
		json: { type: "boolean", says: "the result as one JSON object" },
	},
	examples: [
		["dead-letters redrive --provider acme", "what would be sent"],
		["dead-letters redrive --provider acme --yes", "sends all of acme's"],
	],
	line: Result,
	async run({ values, words, terminal, environment, signal }) {
		const ids = new Set(await readIds(words, values, terminal));
		const isAll = words.length === 0 && values.ids === undefined;
		const isMeant = ({ id }: Letter) => isAll || ids.has(id);
		const installation = await findInstallation(values, environment);
		const seen: Letter[] = [];
		for await (const page of receiveLetters(installation, values.provider)) {
			seen.push(...page);
			if (isAll && seen.length >= sampled) break;
		}
		await release(installation, seen);
		const meant = seen.filter(isMeant);
		if (meant.length === 0) {
			terminal.note("Nothing matched.");
			return "nothing";
		}
		const known = await countLetters(installation, values.provider);
		const count = isAll ? Math.max(known, meant.length) : meant.length;
		askConsent(
			{
				what: `At least ${count} dead letters are sent to the queues of ${installation.called}`,
				count,
				samples: meant.map(
					({ id, sent, type, subject }) =>
						`${id}  ${sent}  ${type}  ${subject || noEvent}`,
				),
			},
			values,
			terminal,
		);
		const open = new Set<Letter>();
		const note = openNotes({
			installation,
			onTrouble: (message) => terminal.note(message),
		});
		const pages = receiveLetters(installation, values.provider, heldSeconds);
		const result = await redriveInOrder(pages, open, {
			isMeant,
			redrive: async (letter) => {
				const reason = await redrive(installation, letter);
				if (reason === undefined)
					await note(letter.provider, "redrive", [letter.id]);
				return reason;
			},
			signal,
			onRedriven: (count) => terminal.progress(`${count} sent`),
		}).finally(() => release(installation, [...open]));
		const { redriven, failed, held } = result;
		if (values.json) terminal.print(JSON.stringify(result));
		else {
			terminal.print(`${redriven} sent again`);
			for (const { id, reason } of failed)
				terminal.note(`${id}  was not taken: ${reason}`);
			if (held > 0)
				terminal.note(`${held} stay behind those, of the same subjects.`);
		}
		return failed.length > 0 || signal.aborted ? "trouble" : "done";
	},
});

/** Answers why it could not be sent, where it could not. */
async function redrive(
	installation: Installation,
	{ id, provider, group, message }: Letter,
): Promise<string | undefined> {
	const { queues } = only(installation, provider);
	const { Body, MessageAttributes, MessageId, ReceiptHandle } = message;
	const sqs = installation.clients.sqs();
	try {
		await sqs.send(
			new SendMessageCommand({
				QueueUrl: queues.events,
				MessageBody: Body,
				MessageAttributes,
				MessageGroupId: group,
				// sent again after a deletion that failed, it is the same to SQS; failed again, it has another id
				MessageDeduplicationId: [id, MessageId].filter(Boolean).join("."),
			}),
		);
	} catch (error) {
		return error instanceof Error ? error.name : typeof error;
	}
	await sqs.send(
		new DeleteMessageCommand({ QueueUrl: queues.dead, ReceiptHandle }),
	);
	return undefined;
}
