import {
	ApiMapping,
	DomainName,
	type HttpApi,
	type HttpStage,
	SecurityPolicy,
} from "aws-cdk-lib/aws-apigatewayv2";
import { ARecord, RecordTarget } from "aws-cdk-lib/aws-route53";
import { ApiGatewayv2DomainProperties } from "aws-cdk-lib/aws-route53-targets";
import { Construct } from "constructs";
import type { Domain } from "../props.ts";

/** The installation's own name on the internet, which stays when everything behind it is replaced. */
export function openDomain(
	scope: Construct,
	id: string,
	{ domain, api, stage }: { domain: Domain; api: HttpApi; stage: HttpStage },
): DomainName {
	const parts = new Construct(scope, id);
	const { name, certificate, mutualTls, hostedZone } = domain;
	const domainName = new DomainName(parts, "Name", {
		domainName: name,
		certificate,
		securityPolicy: SecurityPolicy.TLS_1_2,
		mtls: mutualTls,
	});
	new ApiMapping(parts, "Mapping", { api, domainName, stage });
	if (hostedZone)
		new ARecord(parts, "Record", {
			zone: hostedZone,
			recordName: name,
			target: RecordTarget.fromAlias(
				new ApiGatewayv2DomainProperties(
					domainName.regionalDomainName,
					domainName.regionalHostedZoneId,
				),
			),
		});
	return domainName;
}

/** A certificate that the other endpoint does not ask for would be none. */
export function hasDefaultEndpoint(domain: Domain | undefined): boolean {
	return !(domain?.disableDefaultEndpoint ?? domain?.mutualTls !== undefined);
}
