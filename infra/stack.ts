import { Stack, type StackProps } from "aws-cdk-lib";
import type { Construct } from "constructs";
import { Billhook } from "./billhook.ts";
import type { BillhookProps } from "./props.ts";

/** An installation as a stack of its own, named after its stage. */
export class BillhookStack extends Stack {
	readonly billhook: Billhook;

	constructor(
		scope: Construct,
		{ env, ...props }: BillhookProps & Pick<StackProps, "env"> = {},
	) {
		const { stage = "prod" } = props;
		super(scope, `billhook-${stage}`, {
			env,
			// no termination protection: it would hold on to a creation that failed, and tables protect themselves
			description: `Billhook ${stage}: a webhook inbox for documents and money`,
		});
		this.billhook = new Billhook(this, "Billhook", props);
	}
}
