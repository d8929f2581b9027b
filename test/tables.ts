import { App, Stack } from "aws-cdk-lib";
import type { TestProject } from "vitest/node";
import { openInboxTable, openWatchesTable } from "../infra/provider/tables.ts";
import { readAssembly } from "../local/template/assembly.ts";
import { type Planned, readPlan } from "../local/template/plan.ts";
import { temporaryFolder } from "./support/local-app.ts";

type Table = Planned<"AWS::DynamoDB::GlobalTable">;

declare module "vitest" {
	interface ProvidedContext {
		/** a provider's tables as the template has them */
		tables: { inbox: Table; watches: Table };
	}
}

/** Synthesizes a provider's tables, once for all tests of a run. */
export default function ({ provide }: TestProject): void {
	process.env.CDK_VALIDATION ??= "false";
	using folder = temporaryFolder();
	const app = new App({ outdir: folder.path });
	const stack = new Stack(app, "Tables");
	openInboxTable(stack, "Inbox", { retain: true });
	openWatchesTable(stack, "Watches", { retain: true });
	app.synth();
	const tables = readPlan(readAssembly(folder.path), {
		region: "us-east-1",
		account: "000000000000",
		endpoints: { api: "", sqs: "" },
	}).of("AWS::DynamoDB::GlobalTable");
	const [inbox, watches] = tables;
	if (!inbox || !watches) throw new Error("There are no tables.");
	provide("tables", { inbox, watches });
}
