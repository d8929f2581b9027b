import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import software.amazon.dynamodb.services.local.main.ServerRunner;
import software.amazon.dynamodb.services.local.server.DynamoDBProxyServer;

/** DynamoDB Local with its own arguments, on the loopback alone: it has no option for that. */
class Loopback {
	public static void main(String[] arguments) throws Exception {
		var local = ServerRunner.createServerFromCommandLineArgs(arguments);
		var field = DynamoDBProxyServer.class.getDeclaredField("server");
		field.setAccessible(true);
		for (var connector : ((Server) field.get(local)).getConnectors())
			((ServerConnector) connector).setHost("127.0.0.1");
		local.start();
	}
}
