import type { KeptWatch } from "../../polling/kept-watch.ts";
import type { Watch } from "../../polling/poll.ts";
import type { Attributes } from "../calls.ts";
import { keyOf } from "../memory.ts";

export const shards = 16;

// a watch nobody asks about, because the poll is off, is not kept for ever
const leftoverDays = 30;

export function watchKey({ subject, kind }: Pick<Watch, "subject" | "kind">) {
	return keyOf("watch", kind, subject);
}

export function referenceKey(reference: string) {
	return keyOf("reference", reference);
}

/** Which part of the due index holds it: the first digit of its key's digest. */
export function shardOf(watch: Pick<Watch, "subject" | "kind">): string {
	const [, digest = ""] = watchKey(watch).pk.S.split("#");
	return shardName(Number.parseInt(digest.slice(0, 1), 16));
}

export function shardName(number: number): string {
	return `due#${String(number).padStart(2, "0")}`;
}

export function toItem(watch: KeptWatch): Attributes {
	const { subject, kind, reference, startedAt, deadline, due } = watch;
	return {
		...watchKey(watch),
		subject: { S: subject },
		kind: { S: kind },
		...(reference !== undefined && { reference: { S: reference } }),
		startedat: { S: startedAt.toISOString() },
		deadline: { S: deadline.toISOString() },
		due: { S: due.toISOString() },
		dueshard: { S: shardOf(watch) },
		asked: { N: String(watch.asked) },
		seen: { BOOL: watch.seen },
		version: { N: String(watch.version) },
		expires: { N: epochAfter(deadline, leftoverDays) },
	};
}

export function fromItem(item: Attributes): KeptWatch {
	return {
		subject: item.subject?.S ?? "",
		kind: item.kind?.S ?? "",
		reference: item.reference?.S,
		startedAt: new Date(item.startedat?.S ?? ""),
		deadline: new Date(item.deadline?.S ?? ""),
		due: new Date(item.due?.S ?? ""),
		asked: Number(item.asked?.N),
		seen: item.seen?.BOOL ?? false,
		version: Number(item.version?.N),
	};
}

export function epochAfter(date: Date, days: number): string {
	return String(Math.ceil(date.getTime() / 1000) + days * 86_400);
}
