import { type Once, onceId } from "./identity.ts";
import { type LaneNow, numberOf } from "./item.ts";
import { leftMs, type Store } from "./record.ts";

/** As much of a `once` event as its id needs. */
export interface OnceFact {
	type: string;
	subject: string;
	identity: Once;
}

/** Whether the inbox knows a `once` event. */
export function knows(
	provider: string,
	{ type, subject, identity }: OnceFact,
	store: Store,
): Promise<boolean> {
	const id = onceId(provider, { type, subject, key: identity.key });
	return store.inbox.has(subject, id, leftMs(store));
}

/** Whether each lane stands where it stood. */
export async function stand(
	lanes: readonly LaneNow[],
	store: Store,
): Promise<boolean> {
	for (const { pk, prefix, number } of lanes) {
		const newest = await store.inbox.last(pk, prefix, leftMs(store));
		if (numberOf(newest) !== number) return false;
	}
	return true;
}
