import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import {
	chmodSync,
	chownSync,
	existsSync,
	mkdirSync,
	readdirSync,
	readFileSync,
	statSync,
	writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import {
	DeleteMessageCommand,
	ReceiveMessageCommand,
	SQSClient,
} from "@aws-sdk/client-sqs";
import { afterAll, expect, test } from "vitest";
import { Logged } from "../../functions/log/logged.ts";
import { subjectHash } from "../../functions/log/subject-hash.ts";
import type { ExampleDelivery } from "../../functions/provider.ts";
import finbox from "../../functions/providers/finbox/provider.ts";
import { usualProviders } from "../../functions/providers.ts";
import type { Addresses } from "../../local/addresses.ts";
import { drain } from "../support/drain.ts";
import { exampleOf } from "../support/examples.ts";
import { temporaryFolder } from "../support/local-app.ts";
import { copyProject } from "../support/project.ts";
import { send } from "../support/sender.ts";

const folder = temporaryFolder();
// the real app, started as a person starts it
const project = copyProject(join(folder.path, "project"));
const script = join(project, "local/start.ts");
const data = join(folder.path, "data");
const started: Started[] = [];

interface Started {
	child: ChildProcess;
	output(): string;
	/** the exit code, once it has ended */
	ended: Promise<number | null>;
}

interface StartOptions {
	arguments?: string[];
	/** who runs it */
	user?: number;
	node?: string[];
	environment?: Readonly<Record<string, string>>;
}

afterAll(async () => {
	for (const { child, ended } of started) {
		child.kill("SIGTERM");
		await ended;
	}
	folder[Symbol.dispose]();
});

function start(options: StartOptions = {}): Started {
	const { node = [], environment = {} } = options;
	const child = spawn(
		process.execPath,
		[...node, script, ...(options.arguments ?? [])],
		{
			env: {
				...process.env,
				BILLHOOK_DATA: data,
				BILLHOOK_PORT: "0",
				...environment,
			},
			uid: options.user,
			gid: options.user,
			stdio: ["ignore", "pipe", "pipe"],
		},
	);
	let output = "";
	for (const stream of [child.stdout, child.stderr])
		stream.on("data", (chunk) => {
			output += chunk;
		});
	const ended = once(child, "close").then(([code]) => code as number | null);
	const one = { child, output: () => output, ended };
	started.push(one);
	return one;
}

async function ready(
	{ child, output, ended }: Started,
	kept = data,
): Promise<Addresses> {
	const over = ended.then(() => "over");
	while (!output().includes("Ctrl-C stops it")) {
		const heard = once(child.stdout ?? child, "data");
		if ((await Promise.race([heard, over])) === "over")
			throw new Error(`It ended before it was ready:\n${output()}`);
	}
	return JSON.parse(readFileSync(join(kept, "local.json"), "utf8"));
}

function running(): Started {
	const one = started.find(
		({ child }) => child.exitCode === null && child.signalCode === null,
	);
	if (!one) throw new Error("Nothing is running.");
	return one;
}

function childrenOf({ child }: Started): number[] {
	return execFileSync("pgrep", ["-P", String(child.pid)], { encoding: "utf8" })
		.trim()
		.split("\n")
		.map(Number);
}

function isAlive(pid: number): boolean {
	try {
		process.kill(pid, 0);
		return true;
	} catch {
		return false;
	}
}

async function allGone(pids: number[]): Promise<void> {
	while (pids.some(isAlive)) await delay(20);
}

/** Posts each provider's examples that become an event; answers how many were accepted, by provider. */
/** Another delivery of what its lane has moved on from would be news again some seconds later. */
function latest(deliveries: readonly ExampleDelivery[]) {
	return deliveries.filter(
		({ event }, index) =>
			!deliveries
				.slice(index + 1)
				.some((later) => later.event?.subject === event?.subject),
	);
}

async function postExamples(
	addresses: Addresses,
	chosen = (deliveries: readonly ExampleDelivery[]) => deliveries,
) {
	const accepted = new Map<string, number>();
	for (const provider of usualProviders) {
		const { webhook = "" } = addresses.providers[provider.name] ?? {};
		const { deliveries, headers } = exampleOf(provider);
		for (const { body, path, event } of chosen(deliveries)) {
			if (!event) continue;
			const behind = provider.path.map((name) => `/${path?.[name]}`).join("");
			const response = await send(webhook + behind, body, headers);
			if (response.headers.get("billhook-outcome") === "accepted")
				accepted.set(provider.name, (accepted.get(provider.name) ?? 0) + 1);
		}
	}
	return accepted;
}

async function accepts(webhook: string, subject: string): Promise<boolean> {
	const response = await fetch(webhook, {
		method: "POST",
		headers: { "content-type": "application/json" },
		body: JSON.stringify({
			entity_id: subject,
			statement_id: "statement",
			link_id: "link",
			progress: "completed",
			reason: "",
		}),
	}).catch(() => undefined);
	return response?.headers.get("billhook-outcome") === "accepted";
}

/** The ids of the events on a provider's queue, once so many different ones have come. */
async function idsOf(
	addresses: Addresses,
	provider: string,
	count: number,
): Promise<string[]> {
	const { region, credentials, endpoints } = addresses;
	const sqs = new SQSClient({ region, credentials, endpoint: endpoints.sqs });
	const QueueUrl = addresses.providers[provider]?.queueUrl;
	const ids: string[] = [];
	while (new Set(ids).size < count) {
		const { Messages = [] } = await sqs.send(
			new ReceiveMessageCommand({
				QueueUrl,
				MaxNumberOfMessages: 10,
				WaitTimeSeconds: 20,
			}),
		);
		for (const { Body = "", ReceiptHandle } of Messages) {
			ids.push(JSON.parse(Body).id);
			await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
		}
	}
	sqs.destroy();
	return ids;
}

test("--help says what there is and starts nothing", async () => {
	const one = start({ arguments: ["--help"] });
	expect(await one.ended).toBe(0);
	for (const word of ["--fresh", "--quiet", "BILLHOOK_PORT", "BILLHOOK_DATA"])
		expect(one.output()).toContain(word);
	expect(existsSync(data)).toBe(false);
});

test.each<[string, StartOptions, string]>([
	["an unknown option", { arguments: ["--what"] }, "Unknown option '--what'"],
	[
		"a port that is none",
		{ environment: { BILLHOOK_PORT: "http" } },
		'BILLHOOK_PORT is "http"; it can be 0 to 65535.',
	],
	[
		"an engine that is none",
		{ environment: { BILLHOOK_DYNAMODB: "oracle" } },
		'BILLHOOK_DYNAMODB is "oracle"; it can be dynoxide, java, docker.',
	],
	[
		"a machine without any engine",
		{
			environment: { PATH: "/nowhere", BILLHOOK_DYNAMODB: "" },
			node: [
				"--import",
				'data:text/javascript,Object.defineProperty(process,"arch",{value:"riscv64"})',
			],
		},
		`No DynamoDB engine for ${process.platform}-riscv64. One of these will do:
  - dynoxide: put a`,
	],
	[
		"a data folder that is a file",
		{ environment: { BILLHOOK_DATA: script } },
		`The data folder ${script} cannot be used: it, or a part of its path, is a file. Choose another: BILLHOOK_DATA=… npm start`,
	],
])("%s is said in one message", async (_, options, message) => {
	const one = start(options);
	expect(await one.ended).toBe(1);
	expect(one.output()).toContain(message);
	expect(one.output()).not.toContain("    at ");
});

// root may do everything, and becomes somebody who may not
const user = process.getuid?.() === 0 ? 65534 : undefined;
const firstFreePort = "/proc/sys/net/ipv4/ip_unprivileged_port_start";

test.runIf(process.getuid)(
	"a folder that may not be written to is named, with the way to choose another",
	async () => {
		const closed = join(folder.path, "closed");
		mkdirSync(closed);
		chmodSync(folder.path, 0o755);
		chmodSync(closed, 0o555);
		for (const BILLHOOK_DATA of [closed, join(closed, "new")]) {
			const one = start({ user, environment: { BILLHOOK_DATA } });
			expect(await one.ended).toBe(1);
			expect(one.output()).toBe(
				`The data folder ${BILLHOOK_DATA} cannot be used: this user may not read or write there. Choose another: BILLHOOK_DATA=… npm start\n`,
			);
		}
	},
);

test.runIf(
	existsSync(firstFreePort) && Number(readFileSync(firstFreePort)) > 80,
)(
	"a port that the user may not open is named, with the way to choose another",
	async () => {
		const own = join(folder.path, "own");
		mkdirSync(own);
		if (user) chownSync(own, user, user);
		const one = start({
			user,
			environment: { BILLHOOK_DATA: own, BILLHOOK_PORT: "80" },
		});
		expect(await one.ended).toBe(1);
		expect(one.output()).toBe(
			"Port 80 may not be opened by this user. Choose another: BILLHOOK_PORT=… npm start (0 takes any free one).\n",
		);
	},
);

test("runs the providers that are named, and their simulators sign as the settings ask", async () => {
	const kept = join(folder.path, "named");
	const one = start({
		arguments: ["--providers", "stripe, standard-webhooks"],
		environment: { BILLHOOK_DATA: kept },
	});
	const { providers: named } = await ready(one, kept);
	expect(Object.keys(named)).toEqual(["standard-webhooks", "stripe"]);
	expect(named["standard-webhooks"]?.simulator).toMatch(/^http:/);
	const { webhook = "", simulator, settings = "" } = named.stripe ?? {};
	const held = JSON.parse(readFileSync(settings, "utf8"));
	writeFileSync(settings, JSON.stringify({ ...held, webhookSecret: "s" }));
	const unsigned = await send(webhook, {});
	expect(unsigned.status).toBe(401);
	const act = { type: "charge.succeeded", object: { id: "ch_1" } };
	await send(`${simulator}/_control/occur`, act);
	while (!/accepted +stripe\.charge\.succeeded/.test(one.output()))
		await once(one.child.stdout ?? one.child, "data");
	one.child.kill("SIGTERM");
	expect(await one.ended).toBe(0);
}, 240_000);

test("every file it makes is its owner's alone, in a folder that was there before too", async () => {
	mkdirSync(data, { mode: 0o755 });
	chmodSync(data, 0o755);
	const one = start();
	await ready(one);
	expect(one.output()).toContain("Synthesizing the CDK app");
	const paths = readdirSync(data, { recursive: true, encoding: "utf8" });
	expect(paths).toContain("fauxqs/fauxqs.db");
	const open = paths.filter((path) => statSync(join(data, path)).mode & 0o077);
	expect(open).toEqual([]);
	one.child.kill("SIGTERM");
	expect(await one.ended).toBe(0);
}, 240_000);

test("what was acknowledged before a SIGKILL comes out of its queue after the next start", async () => {
	const first = start();
	const accepted = await postExamples(await ready(first));
	expect([...accepted.keys()]).toEqual(usualProviders.map(({ name }) => name));
	const children = childrenOf(first);
	first.child.kill("SIGKILL");
	await first.ended;
	await allGone(children);

	const second = start();
	const addresses = await ready(second);
	for (const [provider, count] of accepted) {
		const ids = await idsOf(addresses, provider, count);
		// one that was answered 503 may have become durable after all
		expect(new Set(ids).size).toBeGreaterThanOrEqual(count);
	}
	const repeated = await postExamples(addresses, latest);
	expect(repeated).toEqual(new Map());
});

test("/ leads to the page of its console, whose address it prints", async () => {
	const { api } = JSON.parse(readFileSync(join(data, "local.json"), "utf8"));
	const [, printed] = /Look at it +(\S+)/.exec(running().output()) ?? [];
	const { status, headers } = await fetch(api, { redirect: "manual" });
	expect([status, headers.get("location")]).toEqual([302, printed]);
	const page = await fetch(`${api}/`);
	expect([page.status, await page.text()]).toEqual([
		200,
		expect.stringContaining("<title>Billhook</title>"),
	]);
	const script = await fetch(new URL("page.js", page.url));
	expect(script.headers.get("content-type")).toContain("javascript");
});

test("while one runs, a second start is refused for its folder or for its port", async () => {
	const addresses = await ready(running());
	const sameFolder = start();
	expect(await sameFolder.ended).toBe(1);
	expect(sameFolder.output()).toContain(`running on ${data} already (process`);
	const { port } = new URL(addresses.api);
	const other = join(folder.path, "other");
	const samePort = start({
		environment: { BILLHOOK_DATA: other, BILLHOOK_PORT: port },
	});
	expect(await samePort.ended).toBe(1);
	expect(samePort.output()).toContain(`Port ${port} is taken.`);
	expect(existsSync(join(data, "local.json"))).toBe(true);
});

test("it tells of each event as it moves, and nothing else", () => {
	const output = running().output();
	expect(output).toMatch(
		/^finbox +duplicate +finbox\.extraction\.completed +[\w-]{43}$/m,
	);
	const lines = output.trim().split("\n");
	const introduction = lines.findLastIndex((line) => line.startsWith("  "));
	for (const line of lines.slice(introduction + 2))
		expect(line).toMatch(/^\w+ +(accepted|duplicate|forwarded|unavailable) /);
});

test("it keeps the lines in the data folder, where an event is found by its id and by its subject's hash", async () => {
	const { log, subjectKey } = await ready(running());
	const texts = readdirSync(log).map((name) =>
		readFileSync(join(log, name), "utf8"),
	);
	const lines = texts
		.join("")
		.trim()
		.split("\n")
		.map((text) => Logged.parse(JSON.parse(text)));
	const delivery = exampleOf(finbox).deliveries.find(({ event }) => event);
	const subject = subjectHash(delivery?.event?.subject ?? "", subjectKey);
	const told = lines.flatMap((line) =>
		"events" in line && line.events
			? line.events.map((event) => ({ ...event, function: line.function }))
			: [],
	);
	const id = told.find(
		(event) => "subject" in event && event.subject === subject,
	)?.id;
	expect(id).toBeDefined();
	const by = told.filter((event) => event.id === id);
	expect(new Set(by.map((event) => event.function))).toEqual(
		new Set(["webhook", "forward"]),
	);
});

test("it says a URL for each event where bodies do not say which they are", async () => {
	const { webhook = "", webhooks = {} } =
		(await ready(running())).providers.dealpos ?? {};
	const url = webhooks["payment/created"];
	expect(url).toBe(`${webhook}/payment/created`);
	expect(running().output()).toContain(Object.values(webhooks)[0]);
	const tried = await fetch(url ?? "");
	expect(tried.headers.get("billhook-outcome")).toBe("tried");
});

test("SIGTERM under load ends it and everything it started within five seconds, and loses and doubles nothing", async () => {
	const one = running();
	const addresses = await ready(one);
	const children = childrenOf(one);
	expect(children.length).toBeGreaterThan(0);
	const own = addresses.providers.finbox;
	const acknowledged: string[] = [];
	let begun = 0;
	async function post(poster: number): Promise<void> {
		for (let count = 0; begun === 0; count++) {
			const subject = `${poster}-${count}`;
			if (await accepts(own?.webhook ?? "", subject))
				acknowledged.push(subject);
			if (acknowledged.length < 40 || begun > 0) continue;
			begun = performance.now();
			one.child.kill("SIGTERM");
		}
	}
	await Promise.all(Array.from({ length: 8 }, (_, poster) => post(poster)));
	expect(await one.ended).toBe(0);
	expect(performance.now() - begun).toBeLessThan(5000);
	await allGone(children);
	expect(existsSync(join(data, "local.json"))).toBe(false);

	const { endpoints } = await ready(start());
	const queue = { endpoint: endpoints.sqs, QueueUrl: own?.queueUrl ?? "" };
	const subjects = await drain(
		queue,
		acknowledged,
		(body) => JSON.parse(body).subject,
	);
	expect(subjects.length).toBe(new Set(subjects).size);
	expect(acknowledged.filter((one) => !subjects.includes(one))).toEqual([]);
	running().child.kill("SIGTERM");
	await running().ended;
}, 120_000);

test("it ends well when nobody reads on", async () => {
	const one = start();
	const { providers: installed } = await ready(one);
	const children = childrenOf(one);
	one.child.stdout?.destroy();
	while (one.child.exitCode === null && one.child.signalCode === null)
		await fetch(installed.finbox?.webhook ?? "").catch(() => {});
	expect(await one.ended).toBe(0);
	await allGone(children);
});

test("without its database it says so and ends", async () => {
	const one = start({ arguments: ["--quiet"] });
	await ready(one);
	for (const pid of childrenOf(one)) process.kill(pid, "SIGKILL");
	expect(await one.ended).toBe(1);
	expect(one.output()).toContain("The DynamoDB engine has ended; stopping.");
});

test("a stop half way through the start is no failure and leaves nothing", async () => {
	const one = start({
		environment: { BILLHOOK_DATA: join(folder.path, "new") },
	});
	while (!existsSync(join(folder.path, "new", "pid"))) await delay(10);
	one.child.kill("SIGINT");
	expect(await one.ended).toBe(0);
	expect(one.output()).toMatch(
		/^(Synthesizing the CDK app.*\n)?(Still .*\n)*$/,
	);
});
