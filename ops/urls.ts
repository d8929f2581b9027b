import {
	CloudFormationClient,
	DescribeStacksCommand,
} from "@aws-sdk/client-cloudformation";
import {
	GetSecretValueCommand,
	SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import { asTrouble, Trouble } from "./trouble.ts";

export interface WebhookUrl {
	provider: string;
	/** where the URL stands for one kind of event: the path behind the token */
	event?: string;
	url: string;
}

export interface Installation {
	/** the stack's name */
	stack: string;
	region?: string;
}

/** Every webhook URL of an installation, tokens included. */
export async function readUrls({
	stack,
	region,
}: Installation): Promise<WebhookUrl[]> {
	const outputs = await readOutputs(stack, region);
	const suffix = "WebhookUrl";
	const prefixes = [...outputs.keys()]
		.filter((name) => name.endsWith(suffix))
		.map((name) => name.slice(0, -suffix.length))
		.sort();
	if (prefixes.length === 0)
		throw new Trouble(
			`The stack ${stack} has no webhook URLs among its outputs: it is not a Billhook installation, or its deployment has not finished.`,
		);
	const secrets = new SecretsManagerClient({ region, maxAttempts: 2 });
	const urls = await Promise.all(
		prefixes.map(async (prefix) => {
			const output = (name: string) => outputs.get(prefix + name) ?? "";
			const token = await readToken(secrets, output("SecretName"));
			return fill(output(suffix), token, output("WebhookPaths"));
		}),
	);
	return urls.flat();
}

async function readOutputs(
	stack: string,
	region?: string,
): Promise<Map<string, string>> {
	const client = new CloudFormationClient({ region, maxAttempts: 2 });
	const command = new DescribeStacksCommand({ StackName: stack });
	const answer = await client.send(command).catch((error: unknown) => {
		if (error instanceof Error && error.message.includes("does not exist"))
			throw new Trouble(
				`There is no stack ${stack} here. Deploy it (npx cdk deploy), or say which one with --stage, --stack and --region.`,
			);
		throw asTrouble(error, "describe the stack");
	});
	const outputs = answer.Stacks?.[0]?.Outputs ?? [];
	return new Map(
		outputs.map(({ OutputKey = "", OutputValue = "" }) => [
			OutputKey,
			OutputValue,
		]),
	);
}

async function readToken(
	client: SecretsManagerClient,
	secret: string,
): Promise<string> {
	const command = new GetSecretValueCommand({ SecretId: secret });
	const answer = await client.send(command).catch((error: unknown) => {
		if (error instanceof Error && error.name === "ResourceNotFoundException")
			throw new Trouble(
				`The secret ${secret} is gone. Make it again, a JSON object with a "token" of 43 letters and digits, or remove the provider, deploy, and add it back.`,
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
function fill(template: string, token: string, paths: string): WebhookUrl[] {
	const [address = "", behind] = template.split("{token}");
	const provider = /\/hooks\/([^/]+)\/$/.exec(address)?.[1] ?? template;
	const url = address + token;
	if (!behind) return [{ provider, url }];
	return paths
		.split(" ")
		.map((event) => ({ provider, event, url: `${url}/${event}` }));
}
