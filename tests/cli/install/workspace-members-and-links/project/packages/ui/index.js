module.exports = 'ui here, ' + require('b')
