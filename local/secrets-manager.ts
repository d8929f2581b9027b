import { createHash } from "node:crypto";
import { once } from "node:events";
import { readFileSync, statSync } from "node:fs";
import { createServer, type IncomingMessage } from "node:http";
import { json } from "node:stream/consumers";
import { writeJson } from "./disk/atomic-file.ts";
import { freePort } from "./engines/port.ts";
import type { SettingsFile } from "./settings-files.ts";

// at Node's 5 s a function meets the end of the connection it was about to use again, and goes on with the settings of before
const keepAliveMs = 65_000;

/** Secrets Manager over the settings files, which it reads at each request: an edit counts at once. */
export interface SecretsManager extends AsyncDisposable {
	endpoint: string;
}

interface Input {
	SecretId?: string;
	SecretString?: string;
}

export async function openSecretsManager(
	secrets: readonly SettingsFile[],
	wantedPort?: number,
): Promise<SecretsManager> {
	const operations: Record<
		string,
		(found: SettingsFile, input: Input) => Promise<object>
	> = {
		GetSecretValue,
		DescribeSecret,
		PutSecretValue,
	};

	async function answer(request: IncomingMessage): Promise<object> {
		const target = String(request.headers["x-amz-target"] ?? "");
		const name = target.slice(target.indexOf(".") + 1);
		const operation = operations[name];
		if (!operation)
			throw refusal("UnknownOperationException", `${name} is unknown here.`);
		const input = (await json(request)) as Input;
		const found = secrets.find((secret) =>
			[secret.arn, nameOf(secret)].includes(input.SecretId ?? ""),
		);
		if (!found)
			throw refusal(
				"ResourceNotFoundException",
				"Secrets Manager can't find the specified secret.",
			);
		return await operation(found, input);
	}

	const server = createServer(async (request, response) => {
		const write = (status: number, body: object) => {
			response.writeHead(status, {
				"content-type": "application/x-amz-json-1.1",
			});
			response.end(JSON.stringify(body));
		};
		try {
			write(200, await answer(request));
		} catch (error) {
			const { name, message } = error as Error;
			const known = refusals.has(error as Error);
			write(known ? 400 : 500, {
				__type: known ? name : "InternalServiceError",
				message,
			});
		}
	});
	server.keepAliveTimeout = keepAliveMs;
	const port = await freePort(wantedPort);
	server.listen(port, "127.0.0.1");
	await once(server, "listening");
	return {
		endpoint: `http://127.0.0.1:${port}`,
		async [Symbol.asyncDispose]() {
			const closed = once(server, "close");
			server.close();
			server.closeAllConnections();
			await closed;
		},
	};
}

async function GetSecretValue(found: SettingsFile): Promise<object> {
	const SecretString = textOf(found);
	const { mtimeMs } = statSync(found.file);
	return {
		ARN: found.arn,
		Name: nameOf(found),
		VersionId: versionOf(SecretString),
		SecretString,
		VersionStages: ["AWSCURRENT"],
		CreatedDate: mtimeMs / 1000,
	};
}

async function DescribeSecret(found: SettingsFile): Promise<object> {
	const version = versionOf(textOf(found));
	return {
		ARN: found.arn,
		Name: nameOf(found),
		VersionIdsToStages: { [version]: ["AWSCURRENT"] },
	};
}

async function PutSecretValue(
	found: SettingsFile,
	{ SecretString = "" }: Input,
): Promise<object> {
	try {
		writeJson(found.file, JSON.parse(SecretString));
	} catch {
		throw refusal(
			"InvalidParameterException",
			"Here a secret is a file of JSON.",
		);
	}
	return {
		ARN: found.arn,
		Name: nameOf(found),
		VersionId: versionOf(textOf(found)),
		VersionStages: ["AWSCURRENT"],
	};
}

/** The name in the ARN, without the six characters behind it. */
function nameOf({ arn }: SettingsFile): string {
	return arn.slice(arn.lastIndexOf(":") + 1, -"-local0".length);
}

/** At every delivery; for a small file waiting costs less than a turn of the thread pool for each of its steps. */
function textOf({ file }: SettingsFile): string {
	try {
		return readFileSync(file, "utf8");
	} catch {
		throw refusal(
			"ResourceNotFoundException",
			"Secrets Manager can't find the specified secret value for staging label: AWSCURRENT",
		);
	}
}

function versionOf(text: string): string {
	return createHash("sha256").update(text).digest("hex").slice(0, 32);
}

const refusals = new WeakSet<Error>();

function refusal(name: string, message: string): Error {
	const error = Object.assign(new Error(message), { name });
	refusals.add(error);
	return error;
}
