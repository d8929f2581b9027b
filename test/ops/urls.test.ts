import { execFile } from "node:child_process";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Installed } from "../../functions/installed.ts";

const token = "t".repeat(43);
const api = "https://abc.execute-api.eu-west-1.amazonaws.com";

/** Just enough of Systems Manager and Secrets Manager, on the wire. */
const parameters: Record<string, unknown> = {
	"/billhook/prod/alpha": installed("alpha", "alpha-secret"),
	"/billhook/prod/beta": {
		...installed("beta", "beta-secret"),
		hook: "/hooks/beta/{token}/{group}/{event}",
		paths: ["payment/created", "transfer-order/created"],
	},
	"/billhook/theirs/alpha": installed("alpha", "gone"),
	"/billhook/blank/alpha": installed("alpha", "blank"),
	"/billhook/forbidden/alpha": installed("alpha", "forbidden"),
	"/billhook/other/alpha": { bucket: "bucket" },
};
// as many as make Systems Manager answer in pages
for (let number = 10; number < 32; number++)
	parameters[`/billhook/many/p${number}`] = installed(
		`p${number}`,
		"alpha-secret",
	);

function installed(provider: string, webhook: string): Installed {
	return {
		api,
		hook: `/hooks/${provider}/{token}`,
		tables: { inbox: "inbox" },
		queues: { events: "https://queue", dead: "https://dead" },
		bucket: "bucket",
		log: "log",
		secrets: { webhook },
		functions: { webhook: "webhook", forward: "forward" },
		subjectKey: "key",
	};
}

const secrets: Record<string, string> = {
	"alpha-secret": JSON.stringify({ token, webhookKey: "k" }),
	"beta-secret": JSON.stringify({ token: "u".repeat(43) }),
	blank: "{}",
};

let aws: Server;
let endpoint: string;

beforeAll(async () => {
	aws = createServer(async (request, response) => {
		const chunks: Buffer[] = [];
		for await (const chunk of request) chunks.push(chunk);
		const body = Buffer.concat(chunks).toString();
		const { status, text } = String(request.headers["x-amz-target"]).includes(
			"GetSecretValue",
		)
			? secret(JSON.parse(body).SecretId)
			: page(JSON.parse(body));
		response.writeHead(status).end(text);
	});
	await new Promise<void>((resolve) => aws.listen(0, "127.0.0.1", resolve));
	endpoint = `http://127.0.0.1:${(aws.address() as AddressInfo).port}`;
});
afterAll(() => new Promise((resolve) => aws.close(resolve)));

/** Ten at a time, as Systems Manager answers at most. */
function page({ Path, NextToken = "0" }: { Path: string; NextToken?: string }) {
	const from = Number(NextToken);
	const below = Object.entries(parameters)
		.filter(([name]) => name.startsWith(`${Path}/`))
		.map(([Name, value]) => ({ Name, Value: JSON.stringify(value) }));
	return {
		status: 200,
		text: JSON.stringify({
			Parameters: below.slice(from, from + 10),
			NextToken: below.length > from + 10 ? String(from + 10) : undefined,
		}),
	};
}

function secret(id: string) {
	const refused = (type: string, message: string) => ({
		status: 400,
		text: JSON.stringify({ __type: type, message }),
	});
	if (id === "forbidden")
		return refused("AccessDeniedException", "user is not authorized");
	const value = secrets[id];
	return value === undefined
		? refused("ResourceNotFoundException", "no such secret")
		: { status: 200, text: JSON.stringify({ Name: id, SecretString: value }) };
}

const signedIn = {
	AWS_ACCESS_KEY_ID: "AKIDEXAMPLE",
	AWS_SECRET_ACCESS_KEY: "example",
	AWS_REGION: "eu-west-1",
};

async function billhook(
	words: string,
	env: Record<string, string | undefined> = {},
) {
	const main = join(import.meta.dirname, "../../ops/main.ts");
	const elsewhere = {
		// nothing of this machine's own configuration
		HOME: "/nonexistent",
		AWS_EC2_METADATA_DISABLED: "true",
		AWS_ENDPOINT_URL: endpoint,
	};
	return new Promise<{ code: unknown; stdout: string; stderr: string }>(
		(resolve) =>
			execFile(
				process.execPath,
				[main, ...words.split(" ").filter(Boolean)],
				{
					// no local cloud of somebody's here
					cwd: tmpdir(),
					env: { ...elsewhere, ...signedIn, ...env } as NodeJS.ProcessEnv,
				},
				(error, stdout, stderr) =>
					resolve({ code: error?.code ?? 0, stdout, stderr }),
			),
	);
}

describe("billhook urls", () => {
	test("prints every provider's URL, one for each event where bodies do not say which", async () => {
		const { code, stdout } = await billhook("urls");
		const beta = `${api}/hooks/beta/${"u".repeat(43)}`;
		expect(stdout.trimEnd().split("\n")).toEqual([
			`alpha                             ${api}/hooks/alpha/${token}`,
			`beta      payment/created         ${beta}/payment/created`,
			`beta      transfer-order/created  ${beta}/transfer-order/created`,
		]);
		expect(code).toBe(0);
	});

	test("prints them all, however many providers there are", async () => {
		const { stdout } = await billhook("urls --stage many");
		expect(stdout.trimEnd().split("\n")).toHaveLength(22);
	});

	test("prints them for programs too, one object a line", async () => {
		const { stdout } = await billhook("urls alpha --stage prod --json");
		expect(JSON.parse(stdout)).toEqual({
			provider: "alpha",
			url: `${api}/hooks/alpha/${token}`,
		});
	});
});

describe("billhook", () => {
	test.each([
		[
			"an installation that is not there",
			"urls --stage trial",
			"There is no installation of stage trial here. Deploy it",
		],
		[
			"a local cloud that is not there",
			"urls",
			"No local cloud runs in BILLHOOK_DATA (/nonexistent). npm start",
			{ BILLHOOK_DATA: "/nonexistent" },
		],
		[
			"a parameter of somebody else's",
			"urls --stage other",
			"The parameter /billhook/other/alpha is not what this version",
		],
		[
			"a secret that is not there",
			"urls --stage theirs",
			"The secret gone is gone.",
		],
		["a secret without a token", "urls --stage blank", 'holds no "token"'],
		[
			"a secret that may not be read",
			"urls --stage forbidden",
			"may not read the secret. AWS says: user is not authorized",
		],
	])(
		"says what to do about %s",
		async (_, words, says, env: NodeJS.ProcessEnv = {}) => {
			const { code, stdout, stderr } = await billhook(words, env);
			expect(stderr).toContain(says);
			expect(stderr.trim().split("\n")).toHaveLength(1);
			expect(stdout).toBe("");
			expect(code).toBe(1);
		},
	);

	test.each([
		[
			"missing credentials",
			{ AWS_ACCESS_KEY_ID: undefined, AWS_SECRET_ACCESS_KEY: undefined },
			"There are no AWS credentials here.",
		],
		[
			"a missing region",
			{ AWS_REGION: undefined },
			"No region is set. Name one with --region or AWS_REGION.",
		],
		[
			"no way to AWS",
			{ AWS_ENDPOINT_URL: "http://127.0.0.1:9" },
			"AWS cannot be reached to read the parameters below /billhook/prod (ECONNREFUSED).",
		],
	])("says what to do about %s", async (_, env, says) => {
		const { code, stderr } = await billhook("urls", env);
		expect(stderr.trim()).toContain(says);
		expect(code).toBe(1);
	});
});
