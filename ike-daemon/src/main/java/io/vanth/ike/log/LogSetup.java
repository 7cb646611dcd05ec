package io.vanth.ike.log;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.spi.ContextAwareBase;
import org.slf4j.LoggerFactory;

/// Sends log lines to standard error, without a configuration file: reading one costs a fifth of a second at start.
public final class LogSetup extends ContextAwareBase implements Configurator {
    /// For the service loader, which Logback asks first.
    public LogSetup() {}

    /// Text at level `warn` until the daemon knows better.
    @Override
    public ExecutionStatus configure(LoggerContext context) {
        install(context, false, Level.WARN);
        return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
    }

    /// From now on lines of `level` and above are written, as JSON or as text.
    public static void use(boolean json, String level) {
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        install(context, json, Level.toLevel(level));
    }

    private static void install(LoggerContext context, boolean json, Level level) {
        LineEncoder encoder = new LineEncoder(json, Journal.isHere());
        encoder.setContext(context);
        encoder.start();
        ConsoleAppender<ILoggingEvent> appender = new ConsoleAppender<>();
        appender.setContext(context);
        appender.setTarget("System.err");
        appender.setEncoder(encoder);
        appender.start();
        Logger root = context.getLogger(Logger.ROOT_LOGGER_NAME);
        root.detachAndStopAllAppenders();
        root.addAppender(appender);
        root.setLevel(Level.WARN);
        context.getLogger("io.vanth").setLevel(level);
        // It warns of network namespaces that have no hardware address.
        context.getLogger("io.netty.util.internal.MacAddressUtil").setLevel(Level.ERROR);
    }
}
