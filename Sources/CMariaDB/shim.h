#ifndef TASKRAFT_CMARIADB_SHIM_H
#define TASKRAFT_CMARIADB_SHIM_H

#include <mysql.h>
#include <errmsg.h>

/* Options that are a number behind a pointer; Swift has no address of a constant. */
static inline int taskraft_mysql_option_uint(
    MYSQL *connection, enum mysql_option option, unsigned int value)
{
    return mysql_options(connection, option, &value);
}

static inline int taskraft_mysql_option_bool(
    MYSQL *connection, enum mysql_option option, my_bool value)
{
    return mysql_options(connection, option, &value);
}

#endif
