"""An alarm on metric math is deployed, and never rings.

MiniStack 1.5.33 refuses `Metrics` of `AWS::CloudWatch::Alarm`, and with it the whole stack. Such an alarm is put
there on a metric that has no data, so that it can be described and stands as its TreatMissingData says; that it rings
is tried on the embedded engine, which evaluates it.
"""

NO_DATA = {"Namespace": "MetricMath", "MetricName": "NotEvaluated"}


def supply() -> bool:
    """Patches MiniStack; False when it takes metric math itself."""
    from ministack.services.cloudformation import provisioners

    record = provisioners._cw_metric_alarm_record
    example = {
        "ComparisonOperator": "GreaterThanThreshold",
        "Threshold": 1,
        "Metrics": [{"Id": "m", "Expression": "1"}],
    }
    try:
        record("example", example)
        return False
    except ValueError:
        pass

    def on_no_data(name, props):
        if not props.get("Metrics"):
            return record(name, props)
        return record(name, {**{key: value for key, value in props.items() if key != "Metrics"}, **NO_DATA})

    provisioners._cw_metric_alarm_record = on_no_data
    return True
