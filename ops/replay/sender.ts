import { setTimeout as delay } from "node:timers/promises";
import { openQueue } from "../../functions/aws/queue.ts";
import type { Queue } from "../../functions/queue/forward.ts";
import { type Message, replayed } from "../../functions/queue/message.ts";
import { type Installation, only } from "../installation/installation.ts";
import { openNotes } from "../installation/note.ts";
import { Trouble } from "../trouble.ts";

/** A message on its way out once more. */
export interface Outgoing {
	provider: string;
	message: Message;
}

export interface SenderOptions {
	installation: Installation;
	/** the replay's id */
	replay: string;
	/** waits until so many more may go */
	pace: (count: number, signal: AbortSignal) => Promise<void>;
	signal: AbortSignal;
	/** told of what stops nothing */
	onTrouble: (message: string) => void;
	/** how long what fails in passing is tried again */
	patienceMs?: number;
}

/** Messages that SQS takes never, by the event's id. */
export type Refused = { id: string; reason: string }[];

const longestPauseMs = 5000;

/** Sends messages of one request, marked and at the pace; answers those refused for good, and throws when the queue does not take the others. */
export function openSender({
	installation,
	replay,
	pace,
	signal,
	onTrouble,
	patienceMs = 60_000,
}: SenderOptions) {
	const queues = new Map<string, Queue>();
	const note = openNotes({ installation, onTrouble });
	const unaborted = new AbortController().signal;

	function queueOf(provider: string): Queue {
		const known = queues.get(provider);
		if (known) return known;
		const queue = openQueue({
			url: only(installation, provider).queues.events,
			client: installation.clients.sqs(),
		});
		queues.set(provider, queue);
		return queue;
	}

	return async (
		provider: string,
		messages: readonly Message[],
	): Promise<Refused> => {
		const queue = queueOf(provider);
		const refused: Refused = [];
		const end = performance.now() + patienceMs;
		await pace(messages.length, signal);
		let open = messages.map((message) => replayed(message, replay));
		for (let attempt = 0; ; attempt++) {
			// a request under way is awaited, so that nothing is in doubt
			const answers = await queue.send(open, unaborted);
			let hitch = "";
			open = open.filter(({ id }, index) => {
				const answer = answers[index];
				if (answer?.outcome === "refused")
					refused.push({ id, reason: answer.reason });
				if (answer?.outcome === "passing") hitch = answer.reason;
				return answer?.outcome === "passing";
			});
			if (open.length === 0) {
				const lost = new Set(refused.map(({ id }) => id));
				const sent = messages.map(({ id }) => id).filter((id) => !lost.has(id));
				await note(provider, "replay", sent);
				return refused;
			}
			if (signal.aborted || performance.now() > end)
				throw new Trouble(
					`The queue of ${provider} does not take messages (${hitch}).`,
				);
			const pause = Math.min(longestPauseMs, 100 * 2 ** attempt);
			await delay(Math.random() * pause, undefined, { signal });
		}
	};
}
