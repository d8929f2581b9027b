import type { Asked, SimulatedAnswer } from "./asked.ts";
import type { Faults } from "./faults.ts";
import type { Post, Retries, Webhooks } from "./webhooks.ts";

export interface SimulatorOptions {
	/** 0, the default, is any free one */
	port?: number;
	host?: string;
	clock?: () => Date;
	/** in place of the simulator's own, by the names of the settings */
	credentials?: Readonly<Record<string, string>>;
}

/** Something that happens at the provider, told as one object. */
export type Act = (input: never) => unknown;
export type Acts = Readonly<Record<string, Act>>;

/** A provider's API as its documentation describes it, and what can happen there. */
export interface SimulatedApi<A extends Acts = Acts, Facts = unknown> {
	/** the settings under which a poll reaches it, and the credentials it takes */
	settings(url: string): Readonly<Record<string, unknown>>;
	answer(asked: Asked): SimulatedAnswer;
	acts: A;
	/** an input for each act, for people */
	examples: Readonly<Record<keyof A, object>>;
	facts(): Facts;
	/** absent, it never tries again */
	retries?: Retries;
}

/** A running simulator; disposing it closes its port and every connection. */
export interface Simulator<A extends Acts = Acts, Facts = unknown>
	extends AsyncDisposable {
	url: string;
	settings: Readonly<Record<string, unknown>>;
	acts: A;
	/** what the provider holds now */
	facts(): Facts;
	webhooks: Webhooks;
	faults: Faults;
	/** every request to the API, in the order they came */
	requests: readonly Asked[];
}

export interface Surroundings {
	clock: () => Date;
	/** sends a webhook, if its fate allows; resolves when it is answered */
	post(post: Post): Promise<void>;
	/** what became of those sent so far */
	webhooks: Pick<Webhooks, "sent">;
}
