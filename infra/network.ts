import { Validations } from "aws-cdk-lib";
import { Peer, Port, SecurityGroup } from "aws-cdk-lib/aws-ec2";
import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import type { Construct } from "constructs";
import type { Network } from "./installation.ts";
import type { BillhookProps } from "./props.ts";

/** Where polls stand: the VPC, and a security group that lets them call out where none is given. */
export function openPollNetwork(
	scope: Construct,
	id: string,
	{ vpc, vpcSubnets, securityGroups }: BillhookProps,
): Network | undefined {
	if (!vpc) return undefined;
	return {
		vpc,
		vpcSubnets,
		securityGroups: securityGroups ?? [openSecurityGroup(scope, id, vpc)],
	};
}

function openSecurityGroup(
	scope: Construct,
	id: string,
	vpc: Network["vpc"],
): SecurityGroup {
	const group = new SecurityGroup(scope, id, {
		vpc,
		description: "Billhook: polls call out by HTTPS, and nobody calls in",
		allowAllOutbound: false,
	});
	group.addEgressRule(Peer.anyIpv4(), Port.tcp(443), "vendors and AWS");
	return group;
}

/** To stand in a VPC: for Lambda itself alone, never for the function's code, whose calls name their function. */
export function allowInterfaces(): PolicyStatement {
	return new PolicyStatement({
		actions: [
			"ec2:AssignPrivateIpAddresses",
			"ec2:CreateNetworkInterface",
			"ec2:DeleteNetworkInterface",
			"ec2:DescribeNetworkInterfaces",
			"ec2:DescribeSubnets",
			"ec2:UnassignPrivateIpAddresses",
		],
		resources: ["*"],
		conditions: { Null: { "lambda:SourceFunctionArn": "true" } },
	});
}

export function acknowledgeInterfaces(role: Construct): void {
	Validations.of(role).acknowledge({
		id: "AwsSolutions-IAM5[Resource::*]",
		reason:
			"Lambda makes the interfaces by which a function stands in a VPC under names nobody knows beforehand. The permission is Lambda's own: the function's code cannot use it.",
	});
}
