import { type Environment, Stack } from "aws-cdk-lib";
import type { Construct } from "constructs";
import { Billhook } from "./billhook.ts";
import { checkOptions } from "./options.ts";
import type { BillhookProps } from "./props.ts";
import { keepEmptierTraceless } from "./stack/bucket.ts";
import { dashboardUrl } from "./stack/dashboard.ts";
import { writeOutputs } from "./stack/outputs.ts";

export interface BillhookStackProps extends BillhookProps {
	/**
	 * Account and region of the stack.
	 * @default those of the credentials at hand
	 */
	readonly env?: Environment;
	/**
	 * Options that are constructs, made or looked up in the stack itself.
	 * @default none
	 */
	readonly inStack?: (
		stack: Stack,
	) => Omit<BillhookProps, "stage" | "removalPolicy" | "logRetention">;
}

/** An installation as a stack of its own, named after its stage. */
export class BillhookStack extends Stack {
	readonly billhook: Billhook;

	constructor(
		scope: Construct,
		{ env, inStack, ...props }: BillhookStackProps = {},
	) {
		const { stage, retain, logRetention } = checkOptions(props);
		super(scope, `billhook-${stage}`, {
			env,
			// no termination protection: it would hold on to a creation that failed, and tables protect themselves
			description: `Billhook ${stage}: a webhook inbox for documents and money`,
		});
		const all = { ...props, ...inStack?.(this) };
		this.billhook = new Billhook(this, "Billhook", all);
		const { url, domainName, bucket, alarmTopic, dashboard, providers } =
			this.billhook;
		writeOutputs(this, {
			stage,
			apiUrl: url,
			domainTarget: domainName?.regionalDomainName,
			bucket,
			alarmTopicArn: alarmTopic.topicArn,
			dashboardUrl: dashboardUrl(this, dashboard),
			providers,
		});
		if (!retain)
			keepEmptierTraceless(this, {
				retention: logRetention,
				encryptionKey: all.encryptionKey,
			});
	}
}
