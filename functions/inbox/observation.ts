import type { Identity } from "./identity.ts";

/** One fact as a provider's reader understood it; whether it is new, the inbox decides. */
export interface Observation<Type extends string = string> {
	/** without the provider's prefix: "extraction.completed" */
	type: Type;
	subject: string;
	/** the provider's own time of the fact, where it says one */
	time?: Date;
	/** what that may be as well, while nobody is sure of the provider's zone */
	otherTimes?: readonly Date[];
	identity: Identity;
	/** in the webhook's shape */
	body?: unknown;
	/** the JSON text of the same, where its digits count; without either, the delivered body's own text stands for it */
	text?: string;
}
