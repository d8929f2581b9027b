import {
	GetSecretValueCommand,
	ResourceNotFoundException,
} from "@aws-sdk/client-secrets-manager";
import * as z from "zod";
import type { Installed } from "../../functions/installed.ts";
import { asTrouble, Trouble } from "../trouble.ts";
import type { Installation } from "./installation.ts";

/** What a secret holds; its ARN, never its values, stands in an error. */
export async function readSettings(
	{ clients }: Installation,
	secret: string,
): Promise<Record<string, unknown>> {
	const command = new GetSecretValueCommand({ SecretId: secret });
	try {
		const { SecretString = "" } = await clients.secrets().send(command);
		return objectOf(SecretString) ?? notAnObject(secret);
	} catch (error) {
		if (error instanceof ResourceNotFoundException)
			throw new Trouble(
				`The secret ${secret} is gone. Restore it while its recovery window lasts, or remove the provider, deploy, and add it back: it gets a new one.`,
			);
		throw asTrouble(error, "read the secret");
	}
}

/** The token of a provider's webhook secret. */
export async function readToken(
	installation: Installation,
	secret: string,
): Promise<string> {
	const { token } = await readSettings(installation, secret);
	if (typeof token === "string") return token;
	throw new Trouble(
		`The secret ${secret} holds no "token". Its value must be a JSON object with a "token" of at least 43 letters and digits.`,
	);
}

/** What a JSON object holds; undefined where it is none. */
export function objectOf(text: string): Record<string, unknown> | undefined {
	try {
		const value: unknown = JSON.parse(text);
		if (typeof value === "object" && value !== null && !Array.isArray(value))
			return { ...value };
	} catch {
		// the parser's own words quote the text
	}
	return undefined;
}

function notAnObject(secret: string): never {
	throw new Trouble(`The secret ${secret} is not a JSON object.`);
}

export const WebhookUrl = z.object({
	provider: z.string(),
	event: z.string().optional().meta({
		description:
			"where a provider has one URL for each kind of event: the path behind the token",
	}),
	url: z.string(),
});
export type WebhookUrl = z.output<typeof WebhookUrl>;

/** One URL with this token, or one for each of the paths that may stand behind it. */
export function urlsWith(
	provider: string,
	{ api, hook, paths }: Installed,
	token: string,
): WebhookUrl[] {
	const [beforeToken = ""] = hook.split("{token}");
	const url = api + beforeToken + token;
	if (!paths) return [{ provider, url }];
	return paths.map((event) => ({ provider, event, url: `${url}/${event}` }));
}
