import { RemovalPolicy } from "aws-cdk-lib";
import type { BillhookProps } from "../../infra/billhook.ts";

/** What the tests install, in a stage's place of infra/config.ts: that one is the user's to edit. */
export function configFor(stage = "prod"): BillhookProps {
	const removalPolicy = stage === "dev" ? RemovalPolicy.DESTROY : undefined;
	return { stage, removalPolicy };
}
