import { Stack, type StackProps } from "aws-cdk-lib";
import { RetentionDays } from "aws-cdk-lib/aws-logs";
import type { Construct } from "constructs";
import { Billhook } from "./billhook.ts";
import type { BillhookProps } from "./props.ts";
import { keepEmptierTraceless } from "./stack/bucket.ts";
import { writeOutputs } from "./stack/outputs.ts";

/** An installation as a stack of its own, named after its stage. */
export class BillhookStack extends Stack {
	readonly billhook: Billhook;

	constructor(
		scope: Construct,
		{ env, ...props }: BillhookProps & Pick<StackProps, "env"> = {},
	) {
		const { stage = "prod", retain = true } = props;
		super(scope, `billhook-${stage}`, {
			env,
			// no termination protection: it would hold on to a creation that failed, and tables protect themselves
			description: `Billhook ${stage}: a webhook inbox for documents and money`,
		});
		this.billhook = new Billhook(this, "Billhook", props);
		const { api, bucket, alarmTopic, providers } = this.billhook;
		writeOutputs(this, {
			stage,
			apiUrl: api.apiEndpoint,
			bucket,
			alarmTopicArn: alarmTopic.topicArn,
			providers,
		});
		if (!retain)
			keepEmptierTraceless(this, props.logRetention ?? RetentionDays.ONE_MONTH);
	}
}
