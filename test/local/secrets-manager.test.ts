import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
	GetRandomPasswordCommand,
	GetSecretValueCommand,
	PutSecretValueCommand,
	SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import { expect, test } from "vitest";
import { openSecretsManager } from "../../local/secrets-manager.ts";
import {
	followSimulator,
	prepareSettings,
	settingsFile,
	tokenOf,
} from "../../local/settings-files.ts";
import { temporaryFolder } from "../support/local-app.ts";

const name = "billhook-local-FinboxWebhookSecret";

const tagged = (holds: string) => [
	{ Key: "billhook:provider", Value: "finbox" },
	{ Key: "billhook:secret", Value: holds },
];

const secret = {
	logicalId: "Secret",
	ref: `arn:aws:secretsmanager:us-east-1:000000000000:secret:${name}-local0`,
	SecretString: "{}",
	Tags: tagged("webhook"),
	GenerateSecretString: {
		SecretStringTemplate: '{"kept":"yes"}',
		GenerateStringKey: "token",
		PasswordLength: 43,
		ExcludePunctuation: true as const,
	},
};

async function open() {
	const folder = temporaryFolder();
	const found = settingsFile(folder.path, secret);
	prepareSettings(found, secret, { apiUrl: "http://127.0.0.1:1" });
	const server = await openSecretsManager([found]);
	const client = new SecretsManagerClient({
		endpoint: server.endpoint,
		region: "us-east-1",
		credentials: { accessKeyId: "local", secretAccessKey: "local" },
		maxAttempts: 1,
	});
	const stack = new AsyncDisposableStack();
	stack.use(folder);
	stack.use(server);
	stack.defer(() => client.destroy());
	const fetchValue = async (SecretId: string) =>
		await client.send(new GetSecretValueCommand({ SecretId }));
	return {
		found,
		server,
		client,
		fetchValue,
		[Symbol.asyncDispose]: () => stack.disposeAsync(),
	};
}

test("a connection is kept for longer than functions leave one at rest", async () => {
	await using opened = await open();
	const { endpoint } = opened.server;
	const { headers } = await fetch(endpoint, { method: "POST", body: "{}" });
	expect(headers.get("keep-alive")).toBe("timeout=65");
});

test("the first start generates what the template asks for, for its owner's eyes only", async () => {
	await using opened = await open();
	const { file } = opened.found;
	expect(JSON.parse(readFileSync(file, "utf8"))).toEqual({
		kept: "yes",
		token: expect.stringMatching(/^[A-Za-z0-9]{43}$/),
		apiUrl: "http://127.0.0.1:1",
	});
	expect(statSync(file).mode & 0o777).toBe(0o600);
});

test("each of a provider's two secrets is a file, and the credentials' begins with what the simulator takes", () => {
	using folder = temporaryFolder();
	const api = { ...secret, GenerateSecretString: undefined };
	const found = settingsFile(folder.path, { ...api, Tags: tagged("api") });
	expect(found.file).toBe(join(folder.path, "finbox.api.json"));
	expect(settingsFile(folder.path, secret).file).toBe(
		join(folder.path, "finbox.json"),
	);
	prepareSettings(found, api, { apiUrl: "http://127.0.0.1:1" });
	expect(JSON.parse(readFileSync(found.file, "utf8"))).toEqual({
		apiUrl: "http://127.0.0.1:1",
	});
});

test("a secret whose tags do not say whose it is is an error that names it", () => {
	for (const Tags of [[], tagged("other")])
		expect(() => settingsFile("", { ...secret, Tags })).toThrow(
			"The tags of Secret do not say whose secret it is.",
		);
});

test("a later start keeps the file as it is", async () => {
	await using opened = await open();
	const { found } = opened;
	const before = readFileSync(found.file, "utf8");
	prepareSettings(found, secret, { apiUrl: "http://127.0.0.1:2" });
	expect(readFileSync(found.file, "utf8")).toBe(before);
});

test.each([
	["by its name", name],
	["by its ARN", secret.ref],
])("a secret is found %s", async (_, id) => {
	await using opened = await open();
	const value = await opened.fetchValue(id);
	expect(value).toMatchObject({ Name: name, ARN: secret.ref });
	expect(JSON.parse(value.SecretString ?? "").token).toBe(
		tokenOf(opened.found),
	);
});

test("an edit counts at the next request, and changes the version", async () => {
	await using opened = await open();
	const before = await opened.fetchValue(name);
	writeFileSync(opened.found.file, '{"token":"edited"}');
	const after = await opened.fetchValue(name);
	expect(after.SecretString).toBe('{"token":"edited"}');
	expect(after.VersionId).not.toBe(before.VersionId);
});

test("a value that is put is in the file", async () => {
	await using opened = await open();
	const SecretString = '{"token":"rotated"}';
	const SecretId = name;
	await opened.client.send(
		new PutSecretValueCommand({ SecretId, SecretString }),
	);
	expect(tokenOf(opened.found)).toBe("rotated");
});

test("a secret that nobody declared is not found, and what is unknown says so", async () => {
	await using opened = await open();
	await expect(opened.fetchValue("billhook/local/other")).rejects.toMatchObject(
		{
			name: "ResourceNotFoundException",
		},
	);
	await expect(
		opened.client.send(new GetRandomPasswordCommand({})),
	).rejects.toMatchObject({ name: "UnknownOperationException" });
});

test("a simulator's address follows it from start to start, a person's own stays", async () => {
	await using opened = await open();
	const { found } = opened;
	const apiUrl = () => JSON.parse(readFileSync(found.file, "utf8")).apiUrl;
	followSimulator(found, "http://127.0.0.1:1", "http://127.0.0.1:2");
	expect(apiUrl()).toBe("http://127.0.0.1:2");
	followSimulator(found, "http://127.0.0.1:1", "http://127.0.0.1:3");
	expect(apiUrl()).toBe("http://127.0.0.1:2");
	followSimulator(found, undefined, "http://127.0.0.1:3");
	expect(apiUrl()).toBe("http://127.0.0.1:2");
	// a provider's API may lie below its host, and another host begin alike
	writeFileSync(found.file, '{"apiUrl":"http://127.0.0.1:2/bank-connect"}');
	followSimulator(found, "http://127.0.0.1:2", "http://127.0.0.1:3");
	expect(apiUrl()).toBe("http://127.0.0.1:3/bank-connect");
	writeFileSync(found.file, '{"apiUrl":"http://127.0.0.1:22/bank-connect"}');
	followSimulator(found, "http://127.0.0.1:2", "http://127.0.0.1:3");
	expect(apiUrl()).toBe("http://127.0.0.1:22/bank-connect");
});

test.each([
	["{", "is not JSON"],
	["[]", 'has no "token"'],
	["null", "is not a JSON object"],
	["{}", 'has no "token"'],
])(
	"settings that hold %s are an error that names the file",
	async (content, message) => {
		await using opened = await open();
		const { found } = opened;
		writeFileSync(found.file, content);
		expect(() => tokenOf(found)).toThrow(message);
		expect(() => tokenOf(found)).toThrow(found.file);
	},
);
