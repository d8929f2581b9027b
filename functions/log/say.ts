import type { Kept } from "../inbox/quarantine.ts";
import type { WebhookLine } from "./logged.ts";
import { partitionHash } from "./subject-hash.ts";

const maxFields = 20;
const maxTextLength = 200;

/** An event by what a log may hold of it; its subject only as a hash. */
export function sayEvent<Event extends { pk: string }>(
	{ pk, ...event }: Event,
	key: string,
): Omit<Event, "pk"> & { subject: string } {
	return { ...event, subject: partitionHash(pk, key) };
}

type KeptSaid = NonNullable<WebhookLine["quarantined"]>[number];

/** What lies in quarantine, with the fields that were wrong. */
export function sayKept({ id, reason, issues }: Kept): KeptSaid {
	const fields = issues.slice(0, maxFields).map(({ path, message }) => ({
		path: path.split(".").map(sayName).join(".").slice(0, maxTextLength),
		message: message.slice(0, maxTextLength),
	}));
	return { id, reason, fields };
}

/** A key of the body that looks like no field's name may be somebody's. */
function sayName(name: string): string {
	return /^[\w$-]{0,40}$/.test(name) ? name : "*";
}
