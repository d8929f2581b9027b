import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { account, region } from "../local/engines/region.ts";
import { readRate } from "../local/lambda/schedule.ts";
import { readAssembly } from "../local/template/assembly.ts";
import { type Plan, type Planned, readPlan } from "../local/template/plan.ts";
import { synthesize } from "../local/template/synthesis.ts";
import type { Deployed } from "./lambda/cold-start.ts";

const monthSeconds = 30 * 86_400;

/** The provider whose functions are measured. */
const measured = "finbox";

export interface Bundle {
	bytes: number;
	/** the sources that went into it */
	modules: number;
}

/** What the template deploys, as a black box. */
export interface Product {
	webhook: Planned<"AWS::Lambda::Function"> & Deployed;
	forward: Planned<"AWS::Lambda::Function"> & Deployed;
	/** how many records one run of the forward function is given */
	batchSize: number;
	tables: Plan;
	inbox: string;
	/** the folder of the synthesized app */
	app: string;
	bundles: Record<string, Bundle>;
	/** every variable that any of its functions is given */
	variables: Readonly<Record<string, string>>;
	/** how many there are of each type */
	resources: Record<string, number>;
	/** what its alarms look at, all of them together */
	alarmMetrics: number;
	pollsPerMonth: number;
	/** of the gateway's own line for each request */
	accessLogBytes: number;
	/** whether Lambda's own lines of an invocation that went well are logged */
	logsLambda: boolean;
}

/** Synthesizes the app into a folder, unless it is there already, and reads what it would deploy. */
export async function loadProduct(
	folder: string,
	say: (line: string) => void,
): Promise<Product> {
	await synthesize(folder, { say });
	const endpoints = { api: "http://127.0.0.1", sqs: "http://127.0.0.1" };
	const assembly = readAssembly(folder);
	const plan = readPlan(assembly, { region, account, endpoints });
	const functionOf = (kind: string) => {
		const found = plan
			.of("AWS::Lambda::Function")
			.find(
				({ logicalId, Environment: { Variables } }) =>
					Variables.BILLHOOK_PROVIDER === measured && logicalId.includes(kind),
			);
		if (!found) throw new Error(`The template has no ${kind} of ${measured}.`);
		return Object.assign(found, {
			folder: plan.asset(found.Code.S3Key),
			environment: found.Environment.Variables,
		});
	};
	const forward = functionOf("Forward");
	const mapping = plan
		.of("AWS::Lambda::EventSourceMapping")
		.find(({ FunctionName }) => FunctionName === forward.ref);
	const webhook = functionOf("Webhook");
	return {
		webhook,
		forward,
		batchSize: mapping?.BatchSize ?? 100,
		tables: plan,
		inbox: webhook.environment.BILLHOOK_INBOX ?? "",
		app: folder,
		bundles: bundlesIn(join(folder, "bundles")),
		variables: Object.assign(
			{},
			...plan
				.of("AWS::Lambda::Function")
				.map(({ Environment }) => Environment.Variables),
		),
		resources: countsOf(
			Object.values(assembly.template.Resources).map(({ Type }) => Type),
		),
		alarmMetrics: Object.values(assembly.template.Resources)
			.filter(({ Type }) => Type === "AWS::CloudWatch::Alarm")
			.reduce((sum, { Properties }) => sum + metricsOf(Properties), 0),
		pollsPerMonth: plan
			.of("AWS::Scheduler::Schedule")
			.map((schedule) => monthSeconds / readRate(schedule.ScheduleExpression))
			.reduce((sum, runs) => sum + runs, 0),
		accessLogBytes: Object.values(assembly.template.Resources)
			.filter(({ Type }) => Type === "AWS::ApiGatewayV2::Stage")
			.reduce((sum, { Properties }) => sum + lineBytes(Properties), 0),
		logsLambda: [webhook, forward].some(
			({ logicalId }) =>
				!isQuiet(assembly.template.Resources[logicalId]?.Properties),
		),
	};
}

function isQuiet(properties: Readonly<Record<string, unknown>> = {}): boolean {
	const { LoggingConfig } = properties as {
		LoggingConfig?: { SystemLogLevel?: string };
	};
	return LoggingConfig?.SystemLogLevel === "WARN";
}

/** What the gateway puts in place of its variables, by how they end. */
const inPlace: readonly [end: string, said: string][] = [
	["requestId", "a0bC1dE2fG3hI4j="],
	["requestTime", "20/Nov/2026:12:00:00 +0000"],
	["routeKey", "ANY /hooks/finbox/{token}"],
	["status", "200"],
	["responseLatency", "25"],
	["responseLength", "20"],
	["responseType", "-"],
	["integrationStatus", "200"],
];

function lineBytes(properties: Readonly<Record<string, unknown>> = {}): number {
	const { AccessLogSettings: { Format = "" } = {} } = properties as {
		AccessLogSettings?: { Format?: string };
	};
	const line = Format.replaceAll(
		/\$context((?:\.\w+)+)/g,
		(name) => inPlace.find(([end]) => name.endsWith(`.${end}`))?.[1] ?? name,
	);
	return Buffer.byteLength(line);
}

function countsOf(types: readonly string[]): Record<string, number> {
	const counts: Record<string, number> = {};
	for (const type of types) counts[type] = (counts[type] ?? 0) + 1;
	return counts;
}

/** One that calculates is billed by each metric it calculates with. */
function metricsOf(alarm: Readonly<Record<string, unknown>> = {}): number {
	const { Metrics = [{ MetricStat: {} }] } = alarm as {
		Metrics?: readonly { MetricStat?: object }[];
	};
	return Metrics.filter(({ MetricStat }) => MetricStat).length;
}

function bundlesIn(folder: string): Record<string, Bundle> {
	const names = readdirSync(folder).filter((name) =>
		existsSync(join(folder, name, "index.js")),
	);
	return Object.fromEntries(
		names.sort().map((name) => {
			const code = join(folder, name, "index.js");
			const map = JSON.parse(readFileSync(`${code}.map`, "utf8"));
			const bundle: Bundle = {
				bytes: statSync(code).size,
				modules: map.sources.length,
			};
			return [name, bundle];
		}),
	);
}
