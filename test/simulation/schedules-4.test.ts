import { trySchedules } from './schedules.ts';

trySchedules(3);
