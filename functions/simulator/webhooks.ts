/** What becomes of a webhook: on its way at once, never, when somebody releases it, or two at a time. */
export const fates = ["send", "drop", "hold", "twice"] as const;
export type Fate = (typeof fates)[number];

export interface Webhook {
	/** appended to the subscribed address */
	path: string;
	headers: Readonly<Record<string, string>>;
	/** the body's own text */
	text: string;
	attempt: number;
}

/** What became of a webhook; without a status nobody answered, or nobody was asked. */
export interface SentWebhook extends Webhook {
	fate: Fate | "unsubscribed";
	status?: number;
}

export interface Subscription {
	url: string;
	/** the proof that the provider was told to show */
	headers?: Readonly<Record<string, string>>;
	/** the same where it is a signature, made anew for each attempt */
	sign?(webhook: Webhook): Readonly<Record<string, string>>;
}

export interface Webhooks {
	subscribe(subscription: Subscription): void;
	/** The fate of the next `times` webhooks, behind those already fated; Infinity: of every other one. */
	fate(fate: Fate, times?: number): void;
	/** Sends what waits: all of it, or the one at `only`; resolves when it is answered. */
	release(options?: { only?: number; reversed?: boolean }): Promise<void>;
	readonly held: readonly Webhook[];
	readonly sent: readonly SentWebhook[];
}

export interface Post {
	body: unknown;
	path?: string;
	/** names in lower case: what a provider says beside the body */
	headers?: Readonly<Record<string, string>>;
}

/** Whether the provider tries again after this answer; undefined: none came. */
export type Retries = (attempt: number, status: number | undefined) => boolean;

const answerSeconds = 30;

export function openWebhooks(retries: Retries): {
	webhooks: Webhooks;
	post(post: Post): Promise<void>;
} {
	const held: Webhook[] = [];
	const sent: SentWebhook[] = [];
	const coming: Fate[] = [];
	let usual: Fate = "send";
	let subscription: Subscription | undefined;

	async function send(webhook: Webhook, fate: Fate): Promise<void> {
		if (!subscription) {
			sent.push({ ...webhook, fate: "unsubscribed" });
			return;
		}
		const status = await answerOf(subscription, webhook);
		sent.push({ ...webhook, fate, status });
		if (retries(webhook.attempt, status))
			held.push({ ...webhook, attempt: webhook.attempt + 1 });
	}

	return {
		webhooks: {
			held,
			sent,
			subscribe(to) {
				subscription = to;
			},
			fate(fate, times = 1) {
				if (times === Number.POSITIVE_INFINITY) usual = fate;
				else coming.push(...Array<Fate>(times).fill(fate));
			},
			async release({ only, reversed = false } = {}) {
				const waiting = held.splice(
					only ?? 0,
					only === undefined ? held.length : 1,
				);
				if (reversed) waiting.reverse();
				for (const webhook of waiting) await send(webhook, "hold");
			},
		},
		async post({ body, path = "", headers }) {
			const fate = coming.shift() ?? usual;
			const webhook: Webhook = {
				path,
				headers: { "content-type": "application/json", ...headers },
				text: JSON.stringify(body),
				attempt: 1,
			};
			if (fate === "drop") sent.push({ ...webhook, fate });
			else if (fate === "hold") held.push(webhook);
			else {
				const copies = fate === "twice" ? [webhook, webhook] : [webhook];
				await Promise.all(copies.map((copy) => send(copy, fate)));
			}
		},
	};
}

async function answerOf(
	subscription: Subscription,
	webhook: Webhook,
): Promise<number | undefined> {
	try {
		const { url, headers, sign } = subscription;
		const response = await fetch(url + webhook.path, {
			method: "POST",
			headers: { ...webhook.headers, ...headers, ...sign?.(webhook) },
			body: webhook.text,
			redirect: "manual",
			signal: AbortSignal.timeout(answerSeconds * 1000),
		});
		await response.arrayBuffer();
		return response.status;
	} catch {
		return undefined;
	}
}
