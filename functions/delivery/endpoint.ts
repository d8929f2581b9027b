import type { Kept, Unreadable } from "../inbox/quarantine.ts";
import type { Store } from "../inbox/record.ts";
import type { WatchRequest } from "../inbox/watch-request.ts";
import type { Provider } from "../provider.ts";
import type { Tokens } from "./auth.ts";

export type KnownSettings = Tokens & Record<string, unknown>;

/** Everything a delivery to one provider needs to become an event. */
export interface Endpoint {
	provider: Provider;
	settings: {
		read(leftMs: number): Promise<KnownSettings>;
		/** as they stand now: nobody is refused by others */
		fresh(leftMs: number, withinSeconds?: number): Promise<KnownSettings>;
	};
	store: Store;
	/** where the provider has watches */
	watches?: {
		start(watch: WatchRequest): Promise<{ known: boolean }>;
		byReference(reference: string): Promise<string | undefined>;
	};
}

/** An endpoint whose settings have judged the delivery. */
export interface Judged extends Endpoint {
	/** keeps in quarantine what cannot be an event */
	putAside(found: Omit<Unreadable, "keeps">): Promise<Kept>;
	/** a delivery that lay in quarantine is read again */
	again?: {
		receivedAt: Date;
		/** a person says that it is no copy of what was recorded soon before or after */
		isNoCopy: boolean;
	};
}
