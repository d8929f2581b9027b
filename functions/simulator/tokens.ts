import { randomUUID } from "node:crypto";

/** Bearer tokens that an API has handed out and their owners, until they expire. */
export interface IssuedTokens {
	issue(owner: string): string;
	/** whose token the request shows; undefined where it is unknown or has expired */
	owner(headers: Readonly<Record<string, string>>): string | undefined;
	/** ends every token at once, or those of one owner */
	expire(owner?: string): void;
}

export function openTokens(
	clock: () => Date,
	lifeSeconds: number,
): IssuedTokens {
	const issued = new Map<string, { owner: string; until: number }>();
	return {
		issue(owner) {
			const token = randomUUID();
			issued.set(token, {
				owner,
				until: clock().getTime() + lifeSeconds * 1000,
			});
			return token;
		},
		owner(headers) {
			const token = /^Bearer (.+)$/.exec(headers.authorization ?? "")?.[1];
			const found = token && issued.get(token);
			return found && found.until > clock().getTime() ? found.owner : undefined;
		},
		expire(owner) {
			for (const [token, found] of issued)
				if (owner === undefined || found.owner === owner) issued.delete(token);
		},
	};
}
