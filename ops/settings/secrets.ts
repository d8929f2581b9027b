import { randomBytes } from "node:crypto";
import { PutSecretValueCommand } from "@aws-sdk/client-secrets-manager";
import type { Provider } from "../../functions/provider.ts";
import { apiSecret, webhookSecret } from "../../functions/secret.ts";
import { type Installation, only } from "../installation/installation.ts";
import { readSettings } from "../installation/settings.ts";
import { asTrouble, Trouble } from "../trouble.ts";

export type Kind = "webhook" | "api";

/** One of a provider's two secrets, as it is. */
export interface HeldSecret {
	kind: Kind;
	arn: string;
	values: Record<string, unknown>;
}

export async function readSecrets(
	installation: Installation,
	provider: string,
): Promise<HeldSecret[]> {
	const { secrets } = only(installation, provider);
	const held: HeldSecret[] = [];
	for (const kind of ["webhook", "api"] as const) {
		const arn = secrets[kind];
		if (!arn) continue;
		held.push({ kind, arn, values: await readSettings(installation, arn) });
	}
	return held;
}

export async function writeSecret(
	{ clients }: Installation,
	{ arn, values }: Pick<HeldSecret, "arn" | "values">,
): Promise<void> {
	const command = new PutSecretValueCommand({
		SecretId: arn,
		SecretString: JSON.stringify(values),
	});
	try {
		await clients.secrets().send(command);
	} catch (error) {
		throw asTrouble(error, "write the secret");
	}
}

/** What each of a provider's secrets may hold. */
export function shapesOf(provider: Provider) {
	return { webhook: webhookSecret(provider), api: apiSecret(provider) };
}

export function theOne(held: readonly HeldSecret[], kind: Kind): HeldSecret {
	const found = held.find((secret) => secret.kind === kind);
	if (found) return found;
	throw new Trouble(`It has no ${kind} secret, for it is not polled.`);
}

const letters =
	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
const tokenLength = 43;

/** 256 bits in letters and digits, as a first deploy makes one. */
export function newToken(): string {
	let token = "";
	while (token.length < tokenLength)
		for (const byte of randomBytes(64)) {
			// the rest of 256 would make some letters likelier
			const letter = byte < 248 ? letters[byte % letters.length] : undefined;
			if (letter && token.length < tokenLength) token += letter;
		}
	return token;
}
