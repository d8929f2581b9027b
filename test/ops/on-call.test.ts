import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { ReceiveMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { App } from "aws-cdk-lib";
import { AccountPrincipal, Role } from "aws-cdk-lib/aws-iam";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { BillhookStack } from "../../infra/stack.ts";
import { type LocalCloud, openLocalCloud } from "../../local/cloud.ts";
import { readAssembly } from "../../local/template/assembly.ts";
import { openAssembly } from "../../local/template/plan.ts";
import { drain } from "../support/drain.ts";
import { configFor } from "../support/installation.ts";
import { allows, type Call, type Statement } from "../support/judge.ts";
import { elsewhere, inTypeScript } from "../support/provider-folder.ts";
import { openWired } from "../support/wired.ts";

// one story in order: what a person on call types, and nothing else

const region = "us-east-1";
const account = "000000000000";
const somewhere = elsewhere();
const data = join(somewhere.path, "data");
let cloud: LocalCloud;
let person: Awaited<ReturnType<typeof openWired>>;
let grants: Record<"Looker" | "Actor", readonly Statement[]>;

/** Deploys acme as its provider is written, beside one that comes with Billhook. */
async function deploy(acme: string, version = "first") {
	await person?.[Symbol.asyncDispose]();
	await cloud?.[Symbol.asyncDispose]();
	// a process bundles a folder once, and reads an asset's
	somewhere.write({ [`${version}/acme/provider.ts`]: acme });
	const outdir = join(somewhere.path, version, "cdk.out");
	const app = new App({ outdir });
	const stack = new BillhookStack(app, {
		...configFor("local"),
		providers: {
			acme: { from: join(somewhere.path, version, "acme") },
			dealpos: {},
			finbox: {},
		},
	});
	for (const [id, act] of [
		["Looker", false],
		["Actor", true],
	] as const) {
		const role = new Role(stack, id, {
			assumedBy: new AccountPrincipal(account),
		});
		stack.billhook.grantOperate(role, { act }).assertSuccess();
	}
	app.synth();
	// as in Lambda, where no package.json is around the bundles
	writeFileSync(join(outdir, "package.json"), '{ "type": "commonjs" }');
	cloud = await openLocalCloud({ assembly: outdir, data, port: 0 });
	person = await openWired(data, `${region}:${account}`);
	grants = {
		Looker: policyOf("Looker", outdir),
		Actor: policyOf("Actor", outdir),
	};
}

function policyOf(role: string, outdir: string): Statement[] {
	const { api, endpoints } = cloud.addresses;
	const { resources, evaluate } = openAssembly(readAssembly(outdir), {
		region,
		account,
		endpoints: { api, sqs: endpoints.sqs },
	});
	const statements: Statement[] = [];
	for (const [id, { Type, Properties }] of resources)
		if (Type === "AWS::IAM::Policy" && id.startsWith(role)) {
			const { PolicyDocument } = evaluate(Properties) as {
				PolicyDocument: { Statement: Statement[] };
			};
			statements.push(...PolicyDocument.Statement);
		}
	return statements;
}

/** What the role may not do of what was asked since. */
function refusedTo(role: keyof typeof grants): Call[] {
	const calls = person.calls();
	expect(calls).not.toEqual([]);
	return calls.filter((call) => !isAllowed(grants[role], call));
}

function isAllowed(statements: readonly Statement[], call: Call): boolean {
	if (call.action !== "execute-api:Invoke") return allows(statements, call);
	const [, behind = ""] = call.resource.split("/*/");
	return statements.some(
		({ Action, Resource }) =>
			[Action].flat().includes(call.action) &&
			[Resource].flat().some((one) => one.endsWith(`/*/${behind}`)),
	);
}

async function send(provider: string, body: unknown): Promise<Response> {
	const url = cloud.addresses.providers[provider]?.webhook ?? "";
	return fetch(url, { method: "POST", body: JSON.stringify(body) });
}

async function queued(provider: string, wanted: readonly string[]) {
	const QueueUrl = cloud.addresses.providers[provider]?.queueUrl ?? "";
	return drain(
		{ endpoint: cloud.addresses.endpoints.sqs, QueueUrl },
		wanted,
		(body) => JSON.parse(body).subject,
	);
}

beforeAll(() => deploy(inTypeScript("acme")));
afterAll(async () => {
	await person?.[Symbol.asyncDispose]();
	await cloud?.[Symbol.asyncDispose]();
	somewhere[Symbol.dispose]();
});

describe("a person on call", () => {
	test("finds that a webhook was never received, and that the poll has brought it", async () => {
		const simulator = await fetch(
			new URL("/_control/webhooks", await apiUrlOf("dealpos")),
			{ method: "POST", body: '{"fate":"drop"}' },
		);
		expect(simulator.status).toBe(200);
		await fetch(new URL("/_control/pay", await apiUrlOf("dealpos")), {
			method: "POST",
			body: '{"ID":"payment-1","Amount":100000}',
		});
		const missing = await person.typed("events --subject payment-1");
		expect(missing.code).toBe(3);
		const why = await person.typed("why payment-1 --provider dealpos");
		expect(why.stdout + why.stderr).toContain("payment-1");
		// as its schedule does
		await fetch(cloud.addresses.providers.dealpos?.poll ?? "", {
			method: "POST",
		});
		const found = await person.typed("events --subject payment-1 --json");
		expect(JSON.parse(found.stdout)).toMatchObject({ via: "poll" });
		expect(await queued("dealpos", ["payment-1"])).toEqual(["payment-1"]);
		expect(refusedTo("Looker")).toEqual([]);
	});

	test("has a subject watched whose webhook does not come, and ends it", async () => {
		expect((await person.typed("watch add finbox link-1")).code).toBe(2);
		const added = await person.typed("watch add finbox link-1 --yes");
		expect(added.stdout).toBe("link-1 is watched\n");
		const again = await person.typed("watch add finbox link-1 --yes");
		expect(again.stdout).toBe("link-1 was watched already\n");
		expect(refusedTo("Actor")).toEqual([]);
		const { lines } = await person.typed("watch list --json");
		expect(lines.map((line) => JSON.parse(line))).toMatchObject([
			{ provider: "finbox", subject: "link-1", asked: 0 },
		]);
		expect(refusedTo("Looker")).toEqual([]);
		expect((await person.typed("watch stop finbox link-1 --yes")).code).toBe(0);
		expect((await person.typed("watch stop finbox link-1 --yes")).code).toBe(3);
		expect((await person.typed("watch list")).code).toBe(3);
		const none = await person.typed("watch add dealpos x --yes");
		expect(none.stderr).toContain("It was refused (404)");
		expect(none.code).toBe(1);
		expect(refusedTo("Actor")).toEqual([]);
	});

	test("finds what a changed schema put into quarantine, and has it read again once the reader is mended", async () => {
		const body = { identifier: "bill-1", id: 17 };
		expect((await send("acme", body)).status).toBe(422);
		const list = await person.typed("quarantine list --json");
		const [kind] = list.lines.map((line) => JSON.parse(line));
		expect(kind).toMatchObject({ provider: "acme", field: "id", entries: 1 });
		const why = await person.typed(`why ${kind.id}`);
		expect(why.stdout).toContain("id: Invalid input");
		expect((await person.typed("deliveries --since 1h")).code).toBe(0);
		const shown = await person.typed(`quarantine show ${kind.id}`);
		expect(shown.stdout).toContain("id: Invalid input: expected string");
		expect(refusedTo("Looker")).toEqual([]);
		const still = await person.typed(`quarantine retry ${kind.id} --yes`);
		expect(still.code).toBe(1);
		const paid = "z.looseObject({ id: z.coerce.string() })";
		await deploy(
			inTypeScript("acme").replace(/z\.looseObject\(\{ id: [^;]*;/, `${paid};`),
			"mended",
		);
		const retried = await person.typed(
			"quarantine retry --provider acme --reason invalid --yes",
		);
		expect(retried.stdout).toContain("accepted  acme.bill.paid");
		expect(retried.code).toBe(0);
		expect(refusedTo("Actor")).toEqual([]);
		expect(await queued("acme", ["17"])).toEqual(["17"]);
		expect((await person.typed("quarantine list")).code).toBe(3);
	});

	test("finds what is stuck in the dead letters, and sends it again", async () => {
		await send("acme", { id: "bill-2" });
		await fail("acme");
		const list = await person.typed("dead-letters list --json");
		expect(JSON.parse(list.stdout)).toMatchObject({
			provider: "acme",
			subject: "bill-2",
		});
		const why = await person.typed("why bill-2");
		expect(why.stdout).toMatch(/dead letters/);
		expect(refusedTo("Looker")).toEqual([]);
		const redriven = await person.typed("dead-letters redrive --yes");
		expect([redriven.code, redriven.stdout]).toEqual([0, "1 sent again\n"]);
		expect(refusedTo("Actor")).toEqual([]);
		expect(await queued("acme", ["bill-2"])).toEqual(["bill-2"]);
	});

	test("sends again what a consumer has lost", async () => {
		const redriven = await person.typed("why bill-2");
		expect(redriven.stdout).toMatch(/replayed .*from the dead letters/);
		const { code } = await person.typed("replay --provider acme --yes");
		expect(code).toBe(0);
		expect(refusedTo("Actor")).toEqual([]);
		const got = await queued("acme", ["17", "bill-2"]);
		expect(got.toSorted()).toEqual(["17", "bill-2"]);
		expect((await person.typed("replay --failures")).code).toBe(3);
		expect(refusedTo("Actor")).toEqual([]);
	});

	test("moves a sender to a new URL, and ends the old one", async () => {
		const rotated = await person.typed("token rotate acme --yes");
		const fresh = rotated.stdout.trim();
		const old = await send("acme", { id: "bill-3" });
		expect(old.headers.get("billhook-outcome")).toBe("accepted");
		const post = () =>
			fetch(fresh, { method: "POST", body: '{"id":"bill-3"}' });
		expect((await post()).headers.get("billhook-outcome")).toBe("duplicate");
		expect((await person.typed("token rotate acme --finish --yes")).code).toBe(
			0,
		);
		expect((await send("acme", { id: "bill-3" })).status).toBe(404);
		expect((await post()).status).toBe(200);
		for (const words of ["settings show", "urls"])
			expect((await person.typed(words)).code).toBe(0);
		expect(refusedTo("Actor")).toEqual([]);
	});

	test("tries an example on the local cloud, and never on a deployed stage", async () => {
		const list = await person.typed("trigger finbox");
		expect(list.lines[0]).toContain("finbox.extraction.completed");
		expect((await person.typed("trigger finbox 1")).stdout).toMatch(
			/^200 {2}accepted/,
		);
		const wrong = await person.typed(
			"trigger finbox finbox.extraction.complete",
		);
		expect(wrong.stderr).toContain("is finbox.extraction.completed meant?");
	});
});

async function apiUrlOf(provider: string): Promise<string> {
	const { stdout } = await person.typed(`settings show ${provider} --json`);
	const rows = stdout
		.trim()
		.split("\n")
		.map((line) => JSON.parse(line));
	person.calls();
	return rows.find(({ field }) => field === "apiUrl").says;
}

/** A consumer that fails, as often as it may. */
async function fail(provider: string): Promise<void> {
	const own = cloud.addresses.providers[provider];
	const { credentials, endpoints } = cloud.addresses;
	const sqs = new SQSClient({
		region,
		credentials,
		endpoint: endpoints.sqs,
		useQueueUrlAsEndpoint: false,
	});
	const receive = (WaitTimeSeconds: number) =>
		sqs.send(
			new ReceiveMessageCommand({
				QueueUrl: own?.queueUrl,
				VisibilityTimeout: 0,
				WaitTimeSeconds,
			}),
		);
	let received = await receive(20);
	while (received.Messages) received = await receive(1);
	sqs.destroy();
}
