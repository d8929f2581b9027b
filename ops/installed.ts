import { paginateGetParametersByPath, SSMClient } from "@aws-sdk/client-ssm";
import { Installed, parameterPath } from "../functions/installed.ts";
import { asTrouble, Trouble } from "./trouble.ts";

/** Which installation is meant. */
export interface Installation {
	stage: string;
	region?: string;
}

/** What an installation says of each of its providers, by name. */
export async function readInstalled({
	stage,
	region,
}: Installation): Promise<Map<string, Installed>> {
	const client = new SSMClient({ region, maxAttempts: 2 });
	const path = parameterPath(stage);
	const installed = new Map<string, Installed>();
	try {
		for await (const { Parameters = [] } of paginateGetParametersByPath(
			{ client },
			{ Path: path },
		))
			for (const { Name = "", Value = "" } of Parameters)
				installed.set(Name.slice(path.length + 1), parse(Name, Value));
	} catch (error) {
		throw asTrouble(error, `read the parameters below ${path}`);
	}
	if (installed.size === 0)
		throw new Trouble(
			`There is no installation of stage ${stage} here. Deploy it (npx cdk deploy), or say which one with --stage and --region.`,
		);
	return installed;
}

function parse(name: string, text: string): Installed {
	try {
		return Installed.parse(JSON.parse(text));
	} catch (error) {
		throw new Trouble(
			`The parameter ${name} is not what this version of Billhook writes. Use the version that was deployed, or deploy this one.`,
			{ cause: error },
		);
	}
}
