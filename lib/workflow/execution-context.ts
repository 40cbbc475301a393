/** Who is asking, from the context object: parsed by `executionContextSchema`. */
export const EXECUTION = {
  'id.$': '$$.Execution.Id',
  'name.$': '$$.Execution.Name',
  'startTime.$': '$$.Execution.StartTime',
};
