import { Peer, Port, SecurityGroup } from "aws-cdk-lib/aws-ec2";
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
