import { Stack } from "aws-cdk-lib";
import { ParameterTier, StringParameter } from "aws-cdk-lib/aws-ssm";
import { type Installed, parameterPath } from "../../functions/installed.ts";
import type { ProviderResources } from "../provider/resources.ts";
import { hookPath } from "./api.ts";

export interface ParameterOptions {
	stage: string;
	apiUrl: string;
	bucket: string;
	subjectKey: string;
}

/** Where other tools find a provider's resources; its name makes a second installation of the same stage fail to deploy. */
export function openParameter(
	resources: ProviderResources,
	{ stage, apiUrl, bucket, subjectKey }: ParameterOptions,
): StringParameter {
	const { provider, queue, deadLetterQueue } = resources;
	const installed: Installed = {
		api: apiUrl,
		hook: hookPath(provider),
		paths: provider.path.length > 0 ? pathsOf(provider) : undefined,
		tables: {
			inbox: resources.inbox.tableName,
			watches: resources.watches?.tableName,
		},
		queues: { events: queue.queueUrl, dead: deadLetterQueue.queueUrl },
		bucket,
		log: resources.log.logGroupName,
		secrets: {
			webhook: resources.webhookSecret.secretArn,
			api: resources.apiSecret?.secretArn,
		},
		functions: {
			webhook: resources.webhook.functionName,
			forward: resources.forward.functionName,
			poll: resources.poll?.functionName,
		},
		subjectKey,
	};
	return new StringParameter(resources, "Parameter", {
		parameterName: `${parameterPath(stage)}/${provider.name}`,
		description: `Billhook ${stage}: where ${provider.name}'s resources are`,
		stringValue: Stack.of(resources).toJsonString(installed),
		// 4 KB are free, and what is longer is kept for a few cents
		tier: ParameterTier.INTELLIGENT_TIERING,
	});
}

/** The paths behind the token for which the provider has events of their own. */
function pathsOf(provider: ProviderResources["provider"]): string[] {
	return Object.keys(provider.events)
		.map((type) => type.split("."))
		.filter((segments) => segments.length === provider.path.length)
		.map((segments) => segments.join("/"));
}
