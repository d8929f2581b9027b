import {
	api,
	integration,
	lambda,
	mapping,
	route,
	schedule,
	stage,
} from "./code-resources.ts";
import { bucket, parameter, queue, secret, table } from "./store-resources.ts";

/** The types of resource that run locally, and of each what it may say. */
export const kinds = {
	"AWS::DynamoDB::GlobalTable": table,
	"AWS::SQS::Queue": queue,
	"AWS::S3::Bucket": bucket,
	"AWS::SecretsManager::Secret": secret,
	"AWS::SSM::Parameter": parameter,
	"AWS::Lambda::Function": lambda,
	"AWS::Lambda::EventSourceMapping": mapping,
	"AWS::ApiGatewayV2::Api": api,
	"AWS::ApiGatewayV2::Integration": integration,
	"AWS::ApiGatewayV2::Route": route,
	"AWS::ApiGatewayV2::Stage": stage,
	"AWS::Scheduler::Schedule": schedule,
};

export type Kind = keyof typeof kinds;

/** The types of resource that need no counterpart, and why. `Custom::…`, which acts on a deployment, and `AWS::EC2::…`, a network, belong to them. */
export const meaningless: Readonly<Record<string, string>> = {
	"AWS::IAM::Role": "everything here may do everything",
	"AWS::IAM::Policy": "everything here may do everything",
	"AWS::IAM::ManagedPolicy": "everything here may do everything",
	"AWS::Lambda::Permission": "everything here may do everything",
	"AWS::SQS::QueuePolicy": "everything here may do everything",
	"AWS::S3::BucketPolicy": "everything here may do everything",
	"AWS::SNS::TopicPolicy": "everything here may do everything",
	"AWS::SecretsManager::ResourcePolicy": "everything here may do everything",
	"AWS::Lambda::EventInvokeConfig": "a scheduled run is never repeated here",
	"AWS::Scheduler::ScheduleGroup": "a name for schedules",
	"AWS::Logs::LogGroup": "functions log to the terminal",
	"AWS::Logs::MetricFilter": "nobody is woken by a machine on a desk",
	"AWS::Logs::QueryDefinition": "functions log to the terminal",
	"AWS::CloudWatch::Alarm": "nobody is woken by a machine on a desk",
	"AWS::CloudWatch::CompositeAlarm": "nobody is woken by a machine on a desk",
	"AWS::CloudWatch::Dashboard": "the terminal shows each event as it moves",
	"AWS::SNS::Topic": "alarms go there, and there are none",
	"AWS::SNS::Subscription": "alarms go there, and there are none",
	"AWS::ApiGatewayV2::DomainName": "local.json says where everything is",
	"AWS::ApiGatewayV2::ApiMapping": "local.json says where everything is",
	"AWS::CertificateManager::Certificate": "the loopback is plain HTTP",
	"AWS::Route53::RecordSet": "local.json says where everything is",
	"AWS::KMS::Key": "what lies on this disk is its owner's alone",
	"AWS::KMS::Alias": "what lies on this disk is its owner's alone",
	"AWS::CDK::Metadata": "says which version of the CDK wrote the template",
};
