import {
	GetSecretValueCommand,
	SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import type { Installed } from "../functions/installed.ts";
import { type Installation, readInstalled } from "./installed.ts";
import { asTrouble, Trouble } from "./trouble.ts";

export interface WebhookUrl {
	provider: string;
	/** where the URL stands for one kind of event: the path behind the token */
	event?: string;
	url: string;
}

/** Every webhook URL of an installation, tokens included. */
export async function readUrls(
	installation: Installation,
): Promise<WebhookUrl[]> {
	const installed = await readInstalled(installation);
	const { region } = installation;
	const secrets = new SecretsManagerClient({ region, maxAttempts: 2 });
	const urls = await Promise.all(
		[...installed].sort().map(async ([provider, own]) => {
			const token = await readToken(secrets, own.secrets.webhook);
			return fill(provider, own, token);
		}),
	);
	return urls.flat();
}

async function readToken(
	client: SecretsManagerClient,
	secret: string,
): Promise<string> {
	const command = new GetSecretValueCommand({ SecretId: secret });
	const answer = await client.send(command).catch((error: unknown) => {
		if (error instanceof Error && error.name === "ResourceNotFoundException")
			throw new Trouble(
				`The secret ${secret} is gone. Restore it while its recovery window lasts, or remove the provider, deploy, and add it back: it gets a new one.`,
			);
		throw asTrouble(error, "read the secret");
	});
	const token = tokenOf(answer.SecretString ?? "");
	if (!token)
		throw new Trouble(
			`The secret ${secret} holds no "token". Its value must be a JSON object with a "token" of at least 43 letters and digits.`,
		);
	return token;
}

function tokenOf(text: string): string | undefined {
	try {
		const { token } = JSON.parse(text);
		return typeof token === "string" ? token : undefined;
	} catch {
		return undefined;
	}
}

/** One URL, or one for each of the paths that may stand behind the token. */
function fill(
	provider: string,
	{ api, hook, paths }: Installed,
	token: string,
): WebhookUrl[] {
	const [beforeToken = ""] = hook.split("{token}");
	const url = api + beforeToken + token;
	if (!paths) return [{ provider, url }];
	return paths.map((event) => ({ provider, event, url: `${url}/${event}` }));
}
