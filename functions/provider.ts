import type * as z from "zod";
import { canonicalDigest } from "./inbox/canonical.ts";
import { digestOf, state } from "./inbox/identity.ts";
import type { Observation } from "./inbox/observation.ts";
import type { WatchRequest } from "./inbox/watch-request.ts";
import type { Poll } from "./polling/poll.ts";
import type { Proof } from "./proofs/proof.ts";

/** What a genuine, well-formed delivery turned out to be. */
export type Reading =
	| { event: Observation }
	| { watch: WatchRequest }
	| { lookup: string; found: (subject: string | undefined) => Observation }
	| { refusal: string };

/** A JSON body together with the path segments behind the token. */
export interface Body {
	json: unknown;
	/** the same as it was sent: only here do numbers have all their digits */
	text: string;
	path: Readonly<Record<string, string>>;
}

/** A company that sends us events, and all that is particular to it. */
export interface Provider<
	Settings extends z.ZodObject = z.ZodObject,
	Events extends Readonly<Record<string, z.ZodType>> = Readonly<
		Record<string, z.ZodType>
	>,
> {
	/** folder, route, construct id, secret, queue and event prefix */
	name: string;
	/** the vendor's own page */
	documentation: string;
	/** what a person may set for the webhook; every field optional, for a first deploy has none */
	settings: Settings;
	/** proofs that these settings make required */
	proofs(settings: z.output<Settings>): readonly Proof[];
	/** names of the path segments behind the token */
	path: readonly string[];
	/** the body a success is answered with */
	answer: Readonly<Record<string, string>>;
	/** the schema of `data` for each type of event, without the provider's prefix */
	events: Events;
	/** throws a ZodError where the schema says no */
	read(body: Body): Reading;
	/** how the provider is asked for what its webhooks failed to bring */
	poll?: Poll<Readonly<Record<string, unknown>>>;
}

export function defineProvider<
	const Settings extends z.ZodObject,
	const Events extends Readonly<Record<string, z.ZodType>>,
>(provider: Provider<Settings, Events>): Provider<Settings, Events> {
	return provider;
}

/** An event that only its content tells from others: a body without an id, or of a type nobody declared. */
export function byContent(type: string, text: string): Observation {
	const digest = canonicalDigest(text);
	return {
		type,
		subject: digest,
		// two types may share a body: a customer created and the same one deleted
		identity: state({
			value: digestOf(type, digest),
			withinSeconds: 3600,
			recurring: true,
		}),
	};
}

/** A recorded delivery and the event it becomes: fixture, document and local traffic at once. */
export interface ExampleDelivery {
	/** what happened, in a few words */
	title: string;
	path?: Readonly<Record<string, string>>;
	body: unknown;
	/** absent where no event comes of it */
	event?: { type: string; subject: string };
}

export interface Example {
	/** settings under which the deliveries are genuine; never a live secret */
	settings: Readonly<Record<string, string>>;
	/** the headers that prove them under these settings */
	headers: Readonly<Record<string, string>>;
	deliveries: readonly ExampleDelivery[];
}
