import { digestOf } from "../inbox/identity.ts";
import type { Memory } from "./memory.ts";
import { type Token, WrongCredentials } from "./request.ts";

/** The provider answered a request with one of its statuses for wrong credentials. */
export class Denied extends WrongCredentials {
	override name = "Denied";
	/** whose token it was, where each has one */
	readonly owner: string | undefined;
	constructor(settings: readonly string[], owner?: string) {
		super(settings);
		this.owner = owner;
	}
}

/** No refresh token of this owner is good any more; a person must set a new one. */
export class OwnerRefused extends WrongCredentials {
	override name = "OwnerRefused";
	/** found out by an earlier run: nobody need be told again */
	readonly known: boolean;
	constructor(setting: string, known: boolean) {
		super([setting]);
		this.known = known;
	}
}

interface KeptToken {
	access: string;
	/** epoch ms */
	expiresAt: number;
	refresh?: string;
	/** the refresh token before it, in case the newer one never reached us whole */
	earlier?: string;
	/** digest of the setting that all this began with */
	first: string;
	/** digest of the setting for which everything was refused, and when */
	refused?: string;
	refusedAt?: number;
}

export interface TokenHolderOptions {
	memory: Memory;
	now: () => Date;
	/** throws `Denied` where the provider says no */
	fetch(grant: { owner: string; refresh?: string }): Promise<Token>;
	owners?: { setting: string; first(owner: string): string | undefined };
}

export interface TokenHolder {
	access(owner: string): Promise<string>;
	/** the provider no longer takes this one */
	discard(owner: string, access: string): Promise<void>;
}

const attempts = 10;
const nobody = { access: "", expiresAt: 0 };
// a refusal may have been a fault in passing, of which nobody would tell us
const refusedMs = 24 * 3_600_000;

/** Access tokens kept between runs; a refresh token that came anew is durable before its access token is used. */
export function openTokenHolder({
	memory,
	now,
	fetch,
	owners,
}: TokenHolderOptions): TokenHolder {
	const fetching = new Map<string, Promise<string>>();
	const nameOf = (owner: string) => `token#${owner}`;

	async function access(owner: string): Promise<string> {
		const setFirst = owners?.first(owner);
		const first = digestOf(setFirst ?? "");
		for (let attempt = 0; attempt < attempts; attempt++) {
			const kept = await memory.read<KeptToken>(nameOf(owner));
			const mine = kept?.value.first === first ? kept.value : undefined;
			const known = mine?.refused === first;
			const { refusedAt = 0 } = mine ?? {};
			if (owners && known && now().getTime() - refusedAt < refusedMs)
				throw new OwnerRefused(owners.setting, true);
			if (mine && mine.expiresAt > now().getTime()) return mine.access;
			const version = kept?.version ?? 0;
			const fetched = await fetchWith(owner, [
				mine?.refresh,
				mine?.earlier,
				setFirst,
			]);
			if (fetched) {
				const { token, refresh } = fetched;
				const value: KeptToken = {
					access: token.access,
					expiresAt: token.expiresAt.getTime(),
					refresh: token.refresh ?? refresh,
					earlier: token.refresh ? refresh : mine?.earlier,
					first,
				};
				if (await store(owner, value, version)) return token.access;
			} else if (owners) {
				const refused = { refused: first, refusedAt: now().getTime() };
				const value = { ...nobody, ...mine, first, ...refused };
				if (await memory.replace(nameOf(owner), value, version))
					throw new OwnerRefused(owners.setting, known);
			}
		}
		throw new Error("A token was replaced by others too many times.");
	}

	/** What was granted must not get lost to a refusal that another run met meanwhile. */
	async function store(owner: string, value: KeptToken, version: number) {
		if (await memory.replace(nameOf(owner), value, version)) return true;
		const theirs = await memory.read<KeptToken>(nameOf(owner));
		if (theirs?.value.refused !== value.first) return false;
		return memory.replace(nameOf(owner), value, theirs.version);
	}

	/** undefined: every refresh token of this owner is refused */
	async function fetchWith(
		owner: string,
		candidates: readonly (string | undefined)[],
	): Promise<{ token: Token; refresh?: string } | undefined> {
		const given = new Set(candidates);
		// where the grant needs no refresh token, going without one is the last way
		given.delete(undefined);
		if (!owners) given.add(undefined);
		let denied: Denied | undefined;
		for (const refresh of given) {
			try {
				return { token: await fetch({ owner, refresh }), refresh };
			} catch (error) {
				if (!(error instanceof Denied)) throw error;
				denied = error;
			}
		}
		if (denied && !owners) throw denied;
		return undefined;
	}

	return {
		access(owner) {
			const known = fetching.get(owner);
			if (known) return known;
			const found = access(owner).finally(() => fetching.delete(owner));
			fetching.set(owner, found);
			return found;
		},
		async discard(owner, token) {
			const kept = await memory.read<KeptToken>(nameOf(owner));
			if (kept?.value.access !== token) return;
			const value = { ...kept.value, expiresAt: 0 };
			await memory.replace(nameOf(owner), value, kept.version);
		},
	};
}
